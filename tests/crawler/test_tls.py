"""Sites with wrong certificates: refused, unless the registry names the site, and then it alone."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.registry import Column, Site
from tests.crawler.conftest import NOW, PROVINCE, Crawls, listing, title

DENIED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def certificate(folder: Path) -> Path:
    """A certificate that no authority signed, for another name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wrong.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=900))
        .not_valid_after(NOW + timedelta(days=4000))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    ) + made.public_bytes(serialization.Encoding.PEM)
    path = folder / "wrong.pem"
    path.write_bytes(pem)
    return path


class Tunnel:
    """A proxy that answers CONNECT with a server of its own, whose certificate is wrong."""

    def __init__(self, pem: Path, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.proxy = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        head = self._head(client)
        host = head.split()[1].partition(":")[0]
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            secure = self._context.wrap_socket(client, server_side=True)
            path = self._head(secure).split()[1]
        except (OSError, IndexError):  # the client would not have the certificate
            client.close()
            return
        self.asked.append(f"https://{host}{path}")
        page = self.pages.get(f"https://{host}{path}")
        body = (page or "").encode()
        lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "Connection: close"]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        secure.sendall(head.encode() + body if page else DENIED)
        secure.close()

    @staticmethod
    def _head(connection: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data and (more := connection.recv(65536)):
            data += more
        return data.decode("latin-1")


@pytest.fixture
def tunnel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tunnel]:
    pages = {}
    for host in ("www.a.gov.cn", "www.b.gov.cn"):
        pages[f"https://{host}/nb/"] = listing(
            [
                ("1.html", title(2023), "2024-01-02"),
                ("https://www.c.gov.cn/2.html", title(2022), "2023-01-02"),
            ]
        )
        pages[f"https://{host}/nb/1.html"] = "<html><body>一</body></html>"
    pages["https://www.c.gov.cn/2.html"] = "<html><body>二</body></html>"
    running = Tunnel(certificate(tmp_path), pages)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, running.proxy)
    yield running
    running.close()


def test_wrong_certificates_are_for_named_sites_alone(tunnel: Tunnel, tmp_path: Path) -> None:
    def entry(host: str) -> Site:
        return Site(host, host, PROVINCE, cms="trs", columns=(Column(f"https://{host}/nb/"),))

    named = replace(entry("www.a.gov.cn"), tls="insecure")
    report = Crawls(tmp_path).run(named, entry("www.b.gov.cn"))
    excepted, strict = report.sites["www.a.gov.cn"], report.sites["www.b.gov.cn"]
    assert (excepted.tls, excepted.lists, excepted.fetched, excepted.refused) == (
        "insecure",
        1,
        1,
        1,
    )
    assert "exception (insecure) is for www.a.gov.cn alone" in " ".join(excepted.errors)
    assert (strict.tls, strict.lists, strict.lists_failed) == (None, 0, 1)
    assert not [url for url in tunnel.asked if "www.a." not in url]


def test_old_servers_are_met_halfway(tunnel: Tunnel, tmp_path: Path) -> None:
    site = Site(
        "www.a.gov.cn", "a", PROVINCE, cms="trs", tls="legacy",
        columns=(Column("https://www.a.gov.cn/nb/"),),
    )  # fmt: skip
    counts = Crawls(tmp_path).run(site).sites["www.a.gov.cn"]
    assert (counts.tls, counts.lists_failed) == ("legacy", 1), (
        "certificates are judged all the same"
    )
