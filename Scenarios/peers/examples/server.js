// A server that pushlab load can measure, with Node.js and the package ws (Debian: node-ws): node server.js PORT
//
// It has short polls, long polls, a stream, SSE and WebSocket, and an item of 100 letters every 50 ms. ../WIRE.md
// explains the paths.
'use strict';
const { EventEmitter } = require('events');
const http = require('http');
const { WebSocketServer } = require('ws');

const items = []; // item 1 is items[0]
const feed = new EventEmitter().setMaxListeners(0);

// Calls send for each item after the cursor, now and later, until the connection closes.
function follow(connection, cursor, send) {
  items.slice(cursor).forEach((item, index) => send(item, cursor + index + 1));
  feed.on('item', send);
  connection.on('close', () => feed.off('item', send));
}

function answer(response, cursor) {
  const body = items.slice(cursor).map((item) => item + '\n').join('');
  response.statusCode = body ? 200 : 204;
  response.end(body || undefined);
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const cursor = Number(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? items.length);
  if (url.pathname === '/poll' || (url.pathname === '/long-poll' && items.length > cursor)) {
    answer(response, cursor);
  } else if (url.pathname === '/long-poll') {
    const end = () => { feed.off('item', end); clearTimeout(timer); answer(response, cursor); };
    const timer = setTimeout(end, parseInt(url.searchParams.get('hold')));
    feed.on('item', end);
  } else if (url.pathname === '/stream') {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).flushHeaders();
    follow(response, cursor, (item) => response.write(item + '\n'));
  } else if (url.pathname === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    follow(response, cursor, (item, sequence) => response.write(`id: ${sequence}\ndata: ${item}\n\n`));
  } else {
    response.writeHead(404).end();
  }
});

// ws agrees to the first subprotocol that a client offers.
new WebSocketServer({ server, path: '/ws' }).on('connection', (socket, request) => {
  const cursor = new URL(request.url, 'http://localhost').searchParams.get('after') ?? items.length;
  follow(socket, Number(cursor), (item) => socket.send(item));
});

server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 1024 });
const epoch = performance.now();
(function publish() {
  while (performance.now() - epoch >= items.length * 50) {
    const due = items.length * 50_000; // in µs since the epoch
    items.push(`${(items.length + 1).toString(36)},${due.toString(36)},${'x'.repeat(100)}`);
    feed.emit('item', items[items.length - 1], items.length);
  }
  setTimeout(publish, epoch + items.length * 50 - performance.now());
})();
