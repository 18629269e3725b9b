"""Requests that the server must accept, and web pages that it must refuse: http_requests.py [--quick] BINARIES

Expect, HEAD, bodies of unknown length, schemes in upper case, an empty Last-Event-ID; origins and hosts with every
transport. Needs curl and openssl.
"""

import sys

import hostile_server as hostile
from item_sources import PUBLISHING, TOKEN, UPGRADE
from lab import Checks, Program, Server, arguments, exchange, load, request, rows, run, scratch, shell, stats

PAGE = "https://shop.example"
FINITE = ("/poll?after=0", "/long-poll?after=0", "/stats", "/metrics", "/healthz", "/feed/schedule?from=1&to=2")


def raw(port, method, target, *fields, body=b"", host="127.0.0.1", seconds=2, enough=b"\r\n\r\n"):
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *fields]
    return exchange(port, ("\r\n".join(lines) + "\r\n\r\n").encode() + body, seconds, enough)


def status_of(answer):
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None


def expectations(build, checks):
    bearer = f"Authorization: Bearer {TOKEN}"
    with Server(build, *PUBLISHING) as server:
        for path in ("/publish", "/echo"):
            answer = raw(server.port, "POST", path, bearer, "Content-Length: 3", "Expect: 100-continue")
            checks.check(
                f"Expect: 100-continue on {path} gets 100 before the body", status_of(answer) == 100, answer
            )
        sent = run(
            "curl",
            "-sS",
            "-m",
            "5",
            "-H",
            "Expect: 100-continue",
            "-H",
            bearer,
            "-d",
            "abc",
            "-w",
            "%{time_total}",
            f"{server.url}/publish",
            seconds=8,
        )
        checks.check(
            "curl publishes without waiting its second for 100 Continue",
            sent.code == 0 and float(sent.output.split()[-1]) < 0.9,
            f"{sent.output!r}, {sent}",
        )
        chunks = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        answer = raw(server.port, "POST", "/echo", "Transfer-Encoding: chunked", body=chunks, enough=b"abcde")
        checks.check(
            "/echo returns a chunked body", status_of(answer) == 200 and answer.endswith(b"abcde"), answer
        )
        answer = raw(server.port, "POST", "/publish", bearer, "Transfer-Encoding: chunked", body=chunks)
        checks.check("a chunked body on /publish is an item", status_of(answer) == 201, answer)
        body = request(server.port, "GET", "/poll?after=0")[2]
        checks.check("an item from a chunked body has exactly its content", body.endswith(b",abcde\n"), body)
        answer = raw(
            server.port,
            "POST",
            "/publish",
            bearer,
            "Transfer-Encoding: chunked",
            body=b"200000\r\n" + b"a" * 0x200000 + b"\r\n0\r\n\r\n",
        )
        checks.check("a chunked body above the limit is 413", status_of(answer) == 413, answer[:80])
        for what, wrong in (("a length that overflows", b"fffffffffffffffff\r\nabc"), ("no length", b"xyz\r\nabc\r\n")):
            answer = raw(server.port, "POST", "/echo", "Transfer-Encoding: chunked", body=wrong)
            checks.check(
                f"a chunk with {what} is refused", status_of(answer) in (400, 413) and server.is_alive, answer
            )
        answer = raw(server.port, "POST", "/echo", "Transfer-Encoding: chunked", "Content-Length: 5", body=chunks)
        checks.check("a request with Transfer-Encoding and Content-Length is refused", status_of(answer) == 400, answer)


def understanding(build, checks):
    with Server(build) as server:
        port = server.port
        for target in FINITE:
            answer = raw(port, "HEAD", target, "Connection: close", seconds=3, enough=b"\0")
            checks.check(
                f"HEAD {target} is answered like GET, without a body",
                status_of(answer) in (200, 204) and answer.endswith(b"\r\n\r\n"),
                answer[:80],
            )
        for target in ("/stream?after=0", "/events", "/ws"):
            answer = raw(port, "HEAD", target)
            checks.check(f"HEAD {target} is 405", status_of(answer) == 405, answer[:80])
        answer = raw(port, "GET", "/events", "Last-Event-ID:")
        checks.check("an empty Last-Event-ID counts as missing", status_of(answer) == 200, answer[:80])
        for target in (f"HTTP://127.0.0.1:{port}/healthz", f"http://127.0.0.1:{port}/healthz"):
            answer = raw(port, "GET", target)
            checks.check(
                f"the target {target.split(':')[0]}://… is accepted", status_of(answer) == 200, answer[:80]
            )
        with scratch() as folder:
            ending = run(*load(build, f"HTTP://127.0.0.1:{port}", "sse", folder / "out", clients=1))
            checks.check("load --url HTTP://… is accepted", ending.code != 2 and rows(folder / "out"), ending)
        program = Program(build / "pushlab", "echo", f"WS://127.0.0.1:{port}/echo")
        ending = program.end(1)
        checks.check("echo WS://… is accepted", ending.hung, ending)
    early_hints(build, checks)


def early_hints(build, checks):
    with Server(build) as server:
        clock = {**stats(server.port), "newest": 0, "oldest": 0}
    clock.pop("feed_kernel", None)
    with scratch() as folder, hostile.HostileServer(
        "websocket",
        hostile.once(*(hostile.item(n) for n in range(1, 4))),
        clock,
        before_upgrade=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    ) as server:
        run(*load(build, f"http://127.0.0.1:{server.port}", "websocket", folder / "out", clients=1))
        found = rows(folder / "out")
        checks.check(
            "a 103 before the 101 does not end the WebSocket client",
            found and found[0]["unique"] == "3",
            found and (found[0]["unique"], found[0]["invalid_reason"]),
        )


# ---------------------------------------------------------------- origins and hosts


def allowed_field(answer):
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return fields.get("access-control-allow-origin"), fields


def origins(build, checks):
    streams = ("/stream?after=0", "/events?after=0")
    with Server(build, "--allow-origin", PAGE) as server:
        port = server.port
        for target in (*FINITE, *streams, "/poll?after=x", "/nowhere"):
            found = {
                origin: allowed_field(raw(port, "GET", target, *([f"Origin: {origin}"] if origin else [])))
                for origin in (PAGE, "https://evil.example", None)
            }
            checks.check(f"--allow-origin allows {target} for that page", found[PAGE][0] == PAGE, found[PAGE])
            checks.check(
                f"--allow-origin allows {target} for no other page; without Origin there is no CORS field",
                found["https://evil.example"][0] is None
                and not any(name.startswith("access-control") for name in found[None][1]),
                found,
            )
        exposed = (
            allowed_field(raw(port, "GET", "/poll?after=0", f"Origin: {PAGE}"))[1]
            .get("access-control-expose-headers", "")
            .lower()
        )
        checks.check(
            "a page may read Last-Sequence and ETag", "last-sequence" in exposed and "etag" in exposed, exposed
        )
        for target, field in (
            ("/events", "last-event-id"),
            ("/poll?after=0", "if-none-match"),
            ("/echo", "content-type"),
        ):
            answer = raw(
                port,
                "OPTIONS",
                target,
                f"Origin: {PAGE}",
                "Access-Control-Request-Method: GET",
                f"Access-Control-Request-Headers: {field}",
            )
            origin, fields = allowed_field(answer)
            checks.check(
                f"a preflight request for {target} with {field} is 204 and allows it",
                status_of(answer) == 204
                and origin == PAGE
                and field in fields.get("access-control-allow-headers", "").lower(),
                answer,
            )
        answer = raw(port, "POST", "/echo", f"Origin: {PAGE}", "Content-Length: 1", body=b"a", enough=b"\r\n\r\na")
        checks.check("--allow-origin allows POST /echo for that page too", allowed_field(answer)[0] == PAGE, answer)
        for target in ("/ws", "/echo"):
            for origin, wanted in ((PAGE, 101), ("https://evil.example", 403), (None, 101)):
                answer = upgrade(port, target, origin)
                checks.check(
                    f"a WebSocket on {target} from {origin} is {wanted}",
                    status_of(answer) == wanted,
                    status_of(answer),
                )
    with Server(build) as server:
        for target in ("/ws", "/echo"):
            for origin, wanted in (
                ("http://evil.example", 403),
                ("null", 403),
                (f"http://127.0.0.1:{server.port}", 101),
            ):
                answer = upgrade(server.port, target, origin, f"127.0.0.1:{server.port}")
                checks.check(
                    f"by default a WebSocket on {target} from "
                    f"{'its own page' if wanted == 101 else origin} is {wanted}",
                    status_of(answer) == wanted,
                    status_of(answer),
                )


def upgrade(port, target, origin, host="127.0.0.1"):
    request_bytes = UPGRADE.replace(b"/ws?after=0", target.encode()).replace(
        b"Host: 127.0.0.1", f"Host: {host}".encode()
    )
    if target == "/echo":
        request_bytes = request_bytes.replace(b"Sec-WebSocket-Protocol: pushlab.text.v1\r\n", b"")
    if origin:
        request_bytes = request_bytes[:-2] + f"Origin: {origin}\r\n\r\n".encode()
    return exchange(port, request_bytes, 2, b"\r\n\r\n")


def spellings(build, checks):
    for value in (
        "*",
        "https://shop.example/",
        "HTTPS://Shop.Example",
        "https://shop.example:443",
        "shop.example",
        "",
        "https://shop.example/page",
        "https://",
    ):
        try:
            with Server(build, "--allow-origin", value) as server:
                answer = upgrade(server.port, "/ws", PAGE)
                checks.check(
                    f"--allow-origin '{value}' matches its page, or is refused",
                    status_of(answer) == 101,
                    f"the server starts, and {PAGE} gets {status_of(answer)}",
                )
        except RuntimeError:
            ending = run(build / "pushlab-server", "--port", 0, "--allow-origin", value)
            checks.check(
                f"--allow-origin '{value}' matches its page, or the error shows the allowed form",
                ending.code == 2 and "--allow-origin" in ending.complaint and "://" in ending.complaint,
                ending,
            )


def hosts(build, checks):
    with Server(build) as server:
        port = server.port
        for host in (
            f"127.0.0.1:{port}",
            f"localhost:{port}",
            "LOCALHOST",
            f"[::1]:{port}",
            "192.0.2.7",
            "[2001:db8::1]:80",
        ):
            answer = raw(port, "GET", "/stats", host=host)
            checks.check(f"Host: {host} is accepted", status_of(answer) == 200, answer[:60])
        for target in ("/stats", "/poll?after=0", "/events", "/healthz"):
            for host in ("evil.example", f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example"):
                answer = raw(port, "GET", target, host=host)
                checks.check(
                    f"GET {target} with Host: {host.replace(str(port), 'PORT')} is refused",
                    status_of(answer) in (400, 403, 421),
                    status_of(answer),
                )
        answer = upgrade(port, "/ws", None, "evil.example")
        checks.check(
            "a WebSocket with Host: evil.example is refused",
            status_of(answer) in (400, 403, 421),
            status_of(answer),
        )
        answer = run(
            "curl",
            "-sS",
            "-m",
            "5",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--http2-prior-knowledge",
            "-H",
            "Host: evil.example",
            f"{server.url}/stats",
        )
        checks.check(
            "HTTP/2 with the authority evil.example is refused", answer.output in ("400", "403", "421"), answer.output
        )
        for target, wanted in (("/poll?after=0", False), ("/events", False), ("/echo", True)):
            method = ("POST", target, "Content-Length: 1") if wanted else ("GET", target)
            answer = raw(port, *method, body=b"a" if wanted else b"")
            checks.check(
                f"{target} has {'X-Content-Type-Options' if wanted else 'no X-Content-Type-Options'}",
                (b"nosniff" in answer.lower()) == wanted,
                answer[:160],
            )
    try:
        with Server(build, "--allow-host", "push.example") as server:
            codes = [
                status_of(raw(server.port, "GET", "/stats", host=host))
                for host in ("push.example", f"PUSH.example:{server.port}", "evil.example")
            ]
            checks.check(
                "--allow-host accepts that name and no other", codes[:2] == [200, 200] and codes[2] != 200, codes
            )
    except RuntimeError as error:
        checks.check("the server has --allow-host", False, error)


def encryption(build, checks):
    with scratch() as folder:
        certificate = folder / "certificate.pem"
        try:
            with Server(build, "--tls", "self-signed", "--tls-certificate-out", str(certificate)) as server:
                answer = run("curl", "-sS", "-m", "5", "--cacert", certificate, f"{server.url}/healthz")
                checks.check("--cacert accepts the file of --tls-certificate-out", answer.output == "ready\n", answer)
        except RuntimeError as error:
            checks.check("the server has --tls-certificate-out", False, error)
    with Server(build, "--tls", "self-signed") as server:
        for suite, wanted in (
            ("ECDHE-ECDSA-AES128-SHA", False),
            ("ECDHE-ECDSA-AES256-SHA", False),
            ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
        ):
            answer = shell(
                'echo | timeout 5 openssl s_client -connect 127.0.0.1:"$1" -tls1_2 -cipher "$2"@SECLEVEL=0 2>&1',
                server.port,
                suite,
            )
            agreed = f"Cipher is {suite}" in answer.output or f"Cipher    : {suite}" in answer.output
            checks.check(f"TLS 1.2 with {suite} is {'agreed on' if wanted else 'refused'}", agreed == wanted)


def main():
    build, _ = arguments(__doc__)
    checks = Checks()
    parts = {
        "expectations": expectations,
        "understanding": understanding,
        "origins": origins,
        "spellings": spellings,
        "hosts": hosts,
        "encryption": encryption,
    }
    checks.run(parts, build, checks)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
