"""A small forward proxy that answers scripted addresses; what is asked is logged."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass
class Answer:
    """One scripted answer; ``fate`` is what happens to the connection."""

    body: bytes | str = b""
    status: int = 200
    type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    fate: str = "sound"  # sound, reset (mid-body), endless, open (no length, then closed)
    etag: bool = False
    delay: float = 0.0

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Script = Answer | Callable[[dict[str, str]], Answer]


@dataclass
class Web:
    """Scripted addresses and the log of requests."""

    pages: dict[str, Script] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    conditional: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)
    proxy: str = ""

    def put(self, url: str, body: bytes | str = b"", **more: object) -> None:
        self.pages[url] = Answer(body, **more)

    def count(self, url: str) -> int:
        return self.asked.count(url)

    def find(self, url: str) -> Script:
        bare = url.split("?")[0]
        missing = Answer("<html>not there</html>", 404)
        return self.pages.get(url) or self.pages.get(bare) or missing


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass

    def log_error(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer({k: v[0] for k, v in parse_qs(raw, keep_blank_values=True).items()})

    def do_CONNECT(self) -> None:
        self.server.web.asked.append(f"CONNECT {self.path}")
        self.send_error(502)

    def _answer(self, form: dict[str, str]) -> None:
        web, url = self.server.web, self.path
        web.asked.append(url)
        web.times.append((time.monotonic(), url))
        script = web.find(url)
        query = {k: v[0] for k, v in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
        answer = script if isinstance(script, Answer) else script(query | form)
        time.sleep(answer.delay)
        tag = f'"{sha256(answer.data).hexdigest()[:16]}"'
        if "If-None-Match" in self.headers:
            web.conditional.append(url)
        if answer.etag and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self._send(answer, tag)

    def _send(self, answer: Answer, tag: str) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        if answer.etag:
            self.send_header("ETag", tag)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.fate in ("sound", "reset"):
            self.send_header("Content-Length", str(len(answer.data)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        if answer.fate == "reset":
            self.wfile.write(answer.data[: len(answer.data) // 2])
            self.wfile.flush()
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(answer.data)
        if answer.fate == "endless":
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
        self.close_connection = answer.fate != "sound"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    web: Web

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # broken connections are part of the script


@contextmanager
def serving() -> Iterator[Web]:
    """A running proxy for the scripted pages of the ``Web`` it gives."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.web = Web(proxy=f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
