// ws on Node.js: WebSocket by the package ws, polls and streams by node:http on the same port.
// Follows https://github.com/websockets/ws/blob/8.11.0/README.md (external server, server broadcast).
// ws compresses only if perMessageDeflate is set. Each item is one write per client; Node.js sets TCP_NODELAY.
'use strict';
const events = require('events');
const http = require('http');
const readline = require('readline');
const { WebSocket, WebSocketServer } = require('ws');

const history = 4096;
const items = new Map(); // lines by their sequence
let newest = 0;
const feed = new events.EventEmitter().setMaxListeners(0);

function* after(cursor) {
  for (let sequence = Math.max(cursor, newest - history) + 1; sequence <= newest; sequence++) {
    yield [sequence, items.get(sequence)];
  }
}

function answer(response, cursor) {
  const body = [...after(cursor)].map(([, line]) => line + '\n').join('');
  response.statusCode = body ? 200 : 204;
  if (body) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(body || undefined);
}

function hold(request, response, cursor, milliseconds) {
  if (newest > cursor) return answer(response, cursor);
  const end = () => {
    feed.off('item', end);
    clearTimeout(timer);
    answer(response, cursor);
  };
  const timer = setTimeout(end, milliseconds);
  feed.on('item', end);
  response.on('close', () => feed.off('item', end));
}

function stream(response, cursor, type, text) {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).flushHeaders();
  const send = (sequence, line) => response.write(text(sequence, line));
  for (const [sequence, line] of after(cursor)) send(sequence, line);
  feed.on('item', send);
  response.on('close', () => feed.off('item', send));
}

const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const cursor = Number(request.headers['last-event-id'] ?? searchParams.get('after') ?? newest);
  switch (pathname) {
    case '/poll': return answer(response, cursor);
    case '/long-poll': return hold(request, response, cursor, parseInt(searchParams.get('hold') ?? 25000));
    case '/stream': return stream(response, cursor, 'text/plain', (sequence, line) => line + '\n');
    case '/events': return stream(response, cursor, 'text/event-stream', (id, line) => `id: ${id}\ndata: ${line}\n\n`);
    default: response.writeHead(404).end();
  }
});
const sockets = new WebSocketServer({ server, path: '/ws' });
server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 1024 });

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  items.set(++newest, line);
  items.delete(newest - history);
  for (const socket of sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(line);
  feed.emit('item', newest, line);
}).on('close', () => process.exit());
