"""A server that pushlab load can measure, with Python's standard library: python3 server.py PORT

It has short polls, long polls, a stream and SSE, and an item of 100 letters every 50 ms. ../WIRE.md explains the paths.
"""
import http.server
import sys
import threading
import time
import urllib.parse

items = []  # item 1 is items[0]
arrival = threading.Condition()


def base36(number):
    return (base36(number // 36) if number > 35 else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]


class Feed(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # a response in one write

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        cursor = int(self.headers.get("Last-Event-ID") or query.get("after", len(items)))
        if url.path in ("/stream", "/events"):
            return self.stream(cursor, is_sse=url.path == "/events")
        if url.path not in ("/poll", "/long-poll"):
            return self.send_error(404)
        if url.path == "/long-poll":
            with arrival:
                arrival.wait_for(lambda: len(items) > cursor, int(query["hold"].removesuffix("ms")) / 1000)
        body = "".join(f"{item}\n" for item in items[cursor:]).encode()
        self.send_response(200 if body else 204)
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, cursor, is_sse):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if is_sse else "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                for item in items[cursor:]:
                    cursor += 1
                    text = f"id: {cursor}\ndata: {item}\n\n" if is_sse else f"{item}\n"
                    self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
                self.wfile.flush()
                with arrival:
                    arrival.wait_for(lambda: len(items) > cursor)
        except ConnectionError:
            self.close_connection = True  # the client has closed it

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 1024


threading.Thread(target=Server(("127.0.0.1", int(sys.argv[1])), Feed).serve_forever, daemon=True).start()
epoch = time.monotonic()
while True:
    due = len(items) * 50_000  # in µs since the epoch
    time.sleep(max(0, epoch + due / 1e6 - time.monotonic()))
    with arrival:
        items.append(f"{base36(len(items) + 1)},{base36(due)},{'x' * 100}")
        arrival.notify_all()
