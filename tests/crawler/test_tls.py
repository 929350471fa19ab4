"""Sites with wrong certificates: refused, unless the registry names the site, and then it alone."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
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


def old_server(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, Path]:
    """A server of long ago: TLS 1.0 and a short RSA key; and the authority it is known to."""
    keys = [rsa.generate_private_key(65537, bits) for bits in (2048, 1024)]
    authority, server = keys
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in ("ca", hosts[0])]
    made = []
    for name, key, is_authority in zip(names, keys, (True, False), strict=True):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(1 + len(made))
            .not_valid_before(NOW - timedelta(days=900))
            .not_valid_after(NOW + timedelta(days=4000))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), False)
        )
        signed = builder.sign(authority, hashes.SHA256())
        made.append(signed.public_bytes(serialization.Encoding.PEM))
    plain = server.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(made[0])
    (folder / "old.pem").write_bytes(plain + made[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(folder / "old.pem")
    return context, folder / "ca.pem"


def wrong_server(folder: Path) -> ssl.SSLContext:
    """A server whose certificate nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    return context


class Tunnel:
    """A proxy that answers CONNECT with a server of its own."""

    def __init__(self, context: ssl.SSLContext, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.spoken: set[str | None] = set()
        self._context = context
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
        self.spoken.add(secure.version())
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


def played() -> dict[str, str]:
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
    return pages


@pytest.fixture
def tunnel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tunnel]:
    running = Tunnel(wrong_server(tmp_path), played())
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


def legacy(host: str) -> Site:
    columns = (Column(f"https://{host}/nb/"),)
    return Site(host, host, PROVINCE, cms="trs", tls="legacy", columns=columns)


def test_certificates_of_old_servers_are_judged_all_the_same(
    tunnel: Tunnel, tmp_path: Path
) -> None:
    counts = Crawls(tmp_path).run(legacy("www.a.gov.cn")).sites["www.a.gov.cn"]
    assert (counts.tls, counts.lists_failed) == ("legacy", 1)


def test_old_servers_are_met_halfway_where_the_registry_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = ("www.a.gov.cn", "www.b.gov.cn")
    context, authority = old_server(tmp_path, *hosts)
    running = Tunnel(context, played())
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, running.proxy)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    try:
        report = Crawls(tmp_path).run(legacy(hosts[0]), replace(legacy(hosts[1]), tls=None))
    finally:
        running.close()
    old, strict = (report.sites[host] for host in hosts)
    assert (old.lists, old.lists_failed, old.fetched) == (1, 0, 1), old.errors
    assert (strict.lists, strict.lists_failed) == (0, 1)
    assert running.spoken == {"TLSv1"}
    assert not [url for url in running.asked if hosts[1] in url]
