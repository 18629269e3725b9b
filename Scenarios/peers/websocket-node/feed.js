// WebSocket-Node: each line of standard input goes to every client.
// Follows https://github.com/theturtle32/WebSocket-Node/blob/v1.0.34/README.md (server example) and docs/index.md.
// The package has no compression and disables Nagle's algorithm itself. Each item is one write per client.
'use strict';
const http = require('http');
const readline = require('readline');
const WebSocketServer = require('websocket').server;

const server = http.createServer((request, response) => {
  response.writeHead(404);
  response.end();
});
server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 1024 });

const sockets = new WebSocketServer({ httpServer: server, autoAcceptConnections: false });
sockets.on('request', (request) => {
  if (request.resourceURL.pathname === '/ws') request.accept(null, request.origin);
  else request.reject(404);
});

readline.createInterface({ input: process.stdin })
  .on('line', (line) => sockets.broadcastUTF(line))
  .on('close', () => process.exit());
