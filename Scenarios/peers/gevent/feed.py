"""gevent-websocket: each line of standard input goes to every client; a greenlet per client.

Follows https://pypi.org/project/gevent-websocket/ (gevent server) and http://www.gevent.org/api/gevent.pywsgi.html.
gevent-websocket has no compression. Each item is one write per client, one after the other.
"""
import sys

import gevent
from gevent.pywsgi import WSGIServer
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.handler import WebSocketHandler

sockets = set()


def application(environ, start_response):
    socket = environ.get("wsgi.websocket")
    if socket is None or environ["PATH_INFO"] != "/ws":
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    sockets.add(socket)
    try:
        while socket.receive() is not None:
            pass
    except WebSocketError:
        pass
    finally:
        sockets.remove(socket)
    return []


server = WSGIServer(("127.0.0.1", int(sys.argv[1])), application, backlog=1024, log=None,
                    handler_class=WebSocketHandler)
server.start()
read_line = sys.stdin.readline
# Reading blocks, so it is done in a thread of gevent's pool.
while line := gevent.get_hub().threadpool.apply(read_line):
    for socket in list(sockets):
        try:
            socket.send(line.rstrip("\n"))
        except WebSocketError:
            pass
server.stop(timeout=1)
