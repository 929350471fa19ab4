"""With and without a proxy, no request reaches this machine by a name that leads to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.resolver import proxy_hosts
from tests.crawler.conftest import Crawls, site


class _Inner(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]


@pytest.fixture
def inner(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    server = _Server(("127.0.0.1", 0), _Inner)
    server.asked = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "environment", [{}, {"http_proxy": "http://127.0.0.1:9", "no_proxy": "localhost"}]
)
def test_name_that_leads_here_is_refused_where_no_proxy_asks(
    tmp_path: Path,
    inner: _Server,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    host = f"localhost:{inner.server_address[1]}"
    counts = Crawls(tmp_path).run(site(host)).sites[host]
    assert "resolves to the private address 127.0.0.1" in " ".join(counts.errors)
    assert not inner.asked


def test_behind_a_proxy_names_are_the_proxy_s_to_resolve(
    tmp_path: Path, inner: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://localhost:{inner.server_address[1]}")
    monkeypatch.setenv("no_proxy", "www.b.gov.cn")
    assert proxy_hosts() == {"localhost"}
    report = Crawls(tmp_path).run(site("www.a.gov.cn"), site("www.b.invalid.gov.cn"))
    assert f"http://{'www.a.gov.cn'}/nb/" in inner.asked
    assert report.sites["www.a.gov.cn"].lists_failed == 1
