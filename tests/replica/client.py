"""A proxy client for tests that hides nothing: no redirects, no retries, no caching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def ask(port: int, url: str, headers: Mapping[str, str] | None = None, form: str = "") -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    sent = dict(headers or {})
    if form:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("POST" if form else "GET", url, body=form.encode() or None, headers=sent)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answer
