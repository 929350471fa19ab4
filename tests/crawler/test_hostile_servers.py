"""Servers that break the rules of HTTP or abuse them; each trap ends with a reason or the bytes."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli
import pytest
from backports import zstd

from crawler.archive import read_payload
from tests.crawler.conftest import Crawls, listing, title

BASE = "http://www.a.gov.cn/nb/"
PAGE = b"<html><body>" + "正文".encode() * 200 + b"</body></html>"
ZEROS = bytes(40_000_000)
Script = Callable[[socket.socket], None]


def raw(*pieces: bytes) -> Script:
    """A server that sends these bytes and closes the connection."""

    def send(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return send


def sound(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}"]
    return raw(
        "\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode("latin-1") + body
    )


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Script:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return send


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE

# name: (what the server does, outcome, part of the reason)
TRAPS: dict[str, tuple[Script, str, str]] = {
    "gzipbomb": (sound(gzip.compress(ZEROS), "Content-Encoding: gzip"), "refused", "size"),
    "brbomb": (sound(brotli.compress(ZEROS), "Content-Encoding: br"), "refused", "size"),
    "deflatebomb": (sound(deflated(ZEROS), "Content-Encoding: deflate"), "refused", "size"),
    "zstdbomb": (sound(zstd.compress(ZEROS), "Content-Encoding: zstd"), "refused", "size"),
    "twice": (
        sound(gzip.compress(gzip.compress(ZEROS)), "Content-Encoding: gzip, gzip"),
        "refused",
        "size",
    ),
    "endlessbody": (endless(OK + b"\r\n", b"x" * 65536), "refused", "size"),
    "endlesschunks": (endless(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), "refused", "size"),
    "endlessheaders": (endless(OK, b"X-More: " + b"y" * 8000 + b"\r\n"), "failed", "headers"),
    "endlessline": (endless(OK + b"X-Long: ", b"z" * 65536), "failed", ""),
    "endlessstatus": (endless(b"HTTP/1.1 200 ", b"O" * 65536), "failed", ""),
    "short": (raw(OK + b"Content-Length: 5000\r\n\r\n" + PAGE[:100]), "failed", "truncated"),
    "chunkgarbage": (raw(CHUNKED + b"zz\r\n<html>\r\n0\r\n\r\n"), "failed", ""),
    "hugechunk": (raw(CHUNKED + b"ffffffffffffffffff\r\n<html>"), "failed", ""),
    "nohttp": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "failed", ""),
    "silence": (raw(), "failed", ""),
    "badlength": (raw(OK + b"Content-Length: abc\r\n\r\n" + PAGE), "failed", ""),
    "twolengths": (
        raw(OK + b"Content-Length: 10\r\nContent-Length: 9\r\n\r\n" + PAGE),
        "failed",
        "",
    ),
    "badstatus": (raw(b"HTTP/1.1 abc OK\r\n\r\n" + PAGE), "failed", ""),
    "mislabelled": (sound(PAGE, "Content-Encoding: gzip"), "failed", "gzip"),
    "brokengzip": (sound(b"\x1f\x8b\x08broken", "Content-Encoding: gzip"), "", ""),
    "location": (sound(b"", "Location: http://[", status="302 Found"), "", ""),
    "portless": (
        sound(b"", "Location: http://www.gov.cn:99999/", status="302 Found"),
        "",
        "",
    ),
    "smuggled": (
        sound(b"", "Location: /nb/x\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 200 OK", status="302 Found"),
        "failed",
        "404",
    ),
}
FINE: dict[str, Script] = {
    "controls": sound(PAGE, "X-Odd: a\x01b\x1b[31m\x7f", 'ETag: "\x01\x1b]0;t\x07"'),
    "manyheaders": sound(PAGE, *(f"X-{n}: {n}" for n in range(80))),
    "bareheader": sound(PAGE, "this is no header"),
    "unasked": sound(gzip.compress(PAGE), "Content-Encoding: gzip"),
    "unknown": sound(PAGE, "Content-Encoding: utf-8"),
    "brotli": sound(brotli.compress(PAGE), "Content-Encoding: br"),
    "named": sound(PAGE, 'Content-Disposition: attachment; filename="../../../etc/passwd"'),
    "http10": raw(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE),
    "lfonly": raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 9\n\n<p>ok</p>"),
    "manymore": sound(PAGE, *(f"X-{n}: {n}" for n in range(300))),
    "longcookie": sound(PAGE, "Set-Cookie: a=" + "x" * 12_000),
    "gbk": raw(OK + "Content-Disposition: inline; filename=年报.htm\r\n".encode("gbk") + WHOLE),
    "folded": raw(OK + b"X-Odd: a\r\n  b\r\n" + WHOLE),
    "nul": raw(OK + b"X-Odd: a\0b\r\n" + WHOLE),
    "noreason": raw(b"HTTP/1.1 200\r\n" + WHOLE),
    "lower": raw(b"http/1.1 200 ok\r\n" + WHOLE),
    "twosame": raw(OK + b"Content-Length: %d\r\n" % len(PAGE) + WHOLE),
    "early": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + WHOLE),
    "upgrade": raw(OK + b"Upgrade: h2c\r\nConnection: Upgrade, close\r\n" + WHOLE),
    "trailer": raw(CHUNKED + b"%x;a=b\r\n" % len(PAGE) + PAGE + b"\r\n0\r\nX-T: 1\r\n\r\n"),
}


def address(name: str) -> str:
    """Each trap is a host of its own: what one of them does changes nothing for the others."""
    return f"http://{name}.b.gov.cn/nb/{name}.html"


class Hostile:
    """A forward proxy on loopback that plays a script for each page of a list."""

    def __init__(self, scripts: dict[str, Script]) -> None:
        rows = [(address(name), title(2023, f"{name}街道"), "2024-01-02") for name in scripts]
        self.scripts = {address(name): script for name, script in scripts.items()}
        self.scripts[BASE] = sound(listing(rows).encode())
        self.asked: list[str] = []
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.proxy = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536) or b"\r\n\r\n"
            url = head.split(b" ")[1].decode() if head.count(b" ") > 1 else ""
            self.asked.append(url)
            self.scripts.get(url, sound(b"gone", status="404 Not Found"))(connection)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

    def close(self) -> None:
        self._server.close()


@contextmanager
def hostile(scripts: dict[str, Script], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    server = Hostile(scripts)
    monkeypatch.setenv("http_proxy", server.proxy)
    try:
        yield server
    finally:
        server.close()


@pytest.mark.timeout(180)
def test_every_broken_server_ends_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = {name: script for name, (script, _, _) in TRAPS.items()} | FINE
    crawls = Crawls(tmp_path)
    with hostile(scripts, monkeypatch) as server:
        report = crawls.run()
    assert report.finish_reason == "finished", report
    documents = crawls.documents()
    for name, (_, outcome, reason) in TRAPS.items():
        found = documents[address(name)]
        assert found.outcome != "promised", name
        assert "internal" not in (found.reason or ""), (name, found.reason)
        if outcome:
            assert found.outcome == outcome and reason in (found.reason or ""), (name, found)
    for name in FINE:
        found = documents[address(name)]
        assert found.outcome == "fetched", (name, found.reason)
        payload = read_payload(crawls.archive, found.warc or "", found.offset or 0)
        assert payload.body in (PAGE, b"<p>ok</p>"), name
        # What the strict parser does not take is asked for once more, of the tolerant one.
        assert server.asked.count(address(name)) <= 2, name
    assert server.asked.count(address("trailer")) == 1
    assert server.asked.count(address("twosame")) == 2
    assert not [path for path in tmp_path.rglob("*") if "passwd" in path.name]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_body_that_trickles_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = endless(OK + b"Content-Length: 100000\r\n\r\n", b"x", 1.0)
    crawls = Crawls(tmp_path)
    with hostile({"slow": slow, "header": endless(OK, b"X: y\r\n", 1.0), "fine": sound(PAGE)},
                 monkeypatch):  # fmt: skip
        report = crawls.run()
    assert report.finish_reason == "finished"
    documents = crawls.documents()
    assert documents[address("slow")].reason == "time-out"
    assert documents[address("header")].reason == "time-out"
    assert documents[address("fine")].outcome == "fetched"
