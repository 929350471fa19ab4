"""The replica as one local forward proxy that plays every host of a world.

Belongs here: sockets, conditional requests, caching, the request log.
Does not belong here: what is served (``world``, ``families``), what goes wrong (``faults``).
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from crawler.replica.faults import ResetConnectionError, answer
from crawler.replica.site import Page, Request, Response
from crawler.replica.world import World


@dataclass(frozen=True)
class LogLine:
    """One request: address, method, whether it was conditional, the status it got."""

    method: str
    host: str
    path: str
    query: str
    conditional: bool
    status: int
    user_agent: str

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")


@dataclass
class RequestLog:
    """Every request in order; safe to read while requests come in."""

    _lines: list[LogLine] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, line: LogLine) -> None:
        """Append a line."""
        with self._lock:
            self._lines.append(line)

    def lines(self) -> list[LogLine]:
        """Return a copy of all lines."""
        with self._lock:
            return list(self._lines)

    def clear(self) -> None:
        """Forget all lines."""
        with self._lock:
            self._lines.clear()

    def count(self, url: str) -> int:
        """Return how often an address was asked for."""
        return sum(line.url == url for line in self.lines())


class ReplicaServer(ThreadingHTTPServer):
    """The proxy server; one thread a connection, rendered pages cached."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world
        self.log = RequestLog()
        self._cached: tuple[int, dict[tuple[str, str], tuple[bytes, str]]] = (-1, {})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what goes wrong in a thread, except clients that hang up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self.server_address[1])

    def page_body(self, host: str, path: str, page: Page) -> tuple[bytes, str]:
        """Return a page's bytes and entity tag, rendered once for each state of the world."""
        generation, cache = self._cached
        if generation != self.world.generation:
            generation, cache = self._cached = (self.world.generation, {})
        found = cache.get((host, path))
        if found is None:
            body = page.build()
            found = cache[host, path] = (body, f'"{sha256(body).hexdigest()[:24]}"')
        return found

    def respond(self, request: Request) -> Response:
        """Answer a request for a played host."""
        resource = self.world.resource(request.host, request.path)
        fault = self.world.fault(request)
        if fault is not None:
            sound = b""
            if isinstance(resource, Page):
                sound = self.page_body(request.host, request.path, resource)[0]
            return answer(fault, self.port, sound)
        if resource is None:
            return self.world.missing(request)
        if not isinstance(resource, Page):
            return resource(request)
        body, tag = self.page_body(request.host, request.path, resource)
        modified = resource.modified().replace(tzinfo=UTC)
        headers = {"ETag": tag, "Last-Modified": format_datetime(modified, usegmt=True)}
        if _unchanged(request, tag, modified):
            return Response(304, headers=headers)
        return Response(body=body, media_type=resource.media_type, headers=headers)


def _unchanged(request: Request, tag: str, modified: datetime) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return tag in [part.strip().removeprefix("W/") for part in tags.split(",")]
    since = request.headers.get("If-Modified-Since")
    return since is not None and modified <= parsedate_to_datetime(since)


class Handler(BaseHTTPRequestHandler):
    """Turns proxy requests into ``Request`` and ``Response`` into bytes."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = 0
    disable_nagle_algorithm = True
    server: ReplicaServer

    def do_GET(self) -> None:  # a name http.server prescribes
        """Answer GET."""
        self._handle()

    def do_HEAD(self) -> None:
        """Answer HEAD."""
        self._handle()

    def do_POST(self) -> None:
        """Answer POST."""
        self._handle()

    def do_CONNECT(self) -> None:
        """Refuse tunnels: the replica plays plain HTTP only."""
        self.server.log.add(LogLine("CONNECT", self.path, "", "", False, 502, self._agent()))
        self._send(Response(502))

    def version_string(self) -> str:
        """Name a server such sites run on."""
        return "nginx"

    def log_message(self, *args: object) -> None:
        """Write nothing: the request log has it."""

    def _agent(self) -> str:
        return self.headers.get("User-Agent", "")

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace") if length else ""
        # an origin-form request was sent to us as to a host: a redirect to our own address
        host = (parts.hostname or "").lower()
        request = Request(
            self.command, host, parts.path or "/", parts.query, body, dict(self.headers.items())
        )
        if host in self.server.world.sites_by_host:
            response = self.server.respond(request)
        else:
            response = Response(502, b"unknown host", "text/plain")
        conditional = bool({"If-None-Match", "If-Modified-Since"} & set(request.headers))
        self.server.log.add(
            LogLine(
                self.command,
                host,
                request.path,
                parts.query,
                conditional,
                response.status,
                self._agent(),
            )
        )
        self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Type", response.media_type)
        if isinstance(response.body, bytes):
            if response.status != 304:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD" and response.status != 304:
                self.wfile.write(response.body)
            return
        self.close_connection = True
        self.send_header("Connection", "close")
        if response.length is not None:
            self.send_header("Content-Length", str(response.length))
        self.end_headers()
        self._stream(response.body)

    def _stream(self, body: Iterator[bytes]) -> None:
        try:
            for chunk in body:
                self.wfile.write(chunk)
                self.wfile.flush()
        except ResetConnectionError:
            # closing with a linger of no time sends RST; these files hold the socket open
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.wfile.close()
            self.rfile.close()
            self.connection.close()
        except (BrokenPipeError, ConnectionResetError):
            # the client had enough, which is what these bodies are for
            self.close_connection = True


@dataclass(frozen=True)
class Replica:
    """A running replica."""

    proxy_url: str
    world: World
    log: RequestLog
    port: int


@contextmanager
def running_replica(world: World, port: int = 0) -> Iterator[Replica]:
    """Run a replica in a thread for the length of a with block.

    Args:
        world: What it plays; may be changed while it runs.
        port: Port on 127.0.0.1; 0 takes a free one.

    Yields:
        The replica with its proxy address.
    """
    server = ReplicaServer(world, port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Replica(f"http://127.0.0.1:{server.port}", world, server.log, server.port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
