"""What a crawl could not get is named, and the exit code says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.alone import run_stages
from pipelines.orders import make_order
from pipelines.status import blocked_lines, status_rows
from pipelines.troubles import crawl_troubles
from tests.crawler.conftest import listing, title, web
from tests.crawler.web import Web
from warehouse.home import Home

__all__ = ["web"]

SD, HOST = "山东省", "www.a.gov.cn"
BASE = f"http://{HOST}/nb/"
SHELL = "<html><script>document.cookie='C3VK=abc; max-age=300';location.reload()</script></html>"
REGISTRY = f"""
- host: {HOST}
  name: 某县人民政府
  province: {SD}
  cms: trs
  columns:
    - url: {BASE}
"""
NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "sites" / f"{SD}.yaml"
    path.parent.mkdir()
    path.write_text(REGISTRY, encoding="utf-8")
    return path


def crawl(home: Home, registry: Path) -> tuple[int, str]:
    said: list[str] = []
    order = make_order(home, registry, [2023], [SD], [], 0.0, NOW)
    return run_stages(order, ("crawl",), said.append), "\n".join(said)


def test_documents_that_failed_are_named(web: Web, tmp_path: Path, registry: Path) -> None:
    home = Home(tmp_path / "home")
    names = ("fine", "gone", "shut")
    rows = [(f"{name}.html", title(2023, f"{name}街道"), "2024-01-02") for name in names]
    web.put(BASE, listing(rows))
    web.put(f"{BASE}fine.html", "<html><body>正文</body></html>")
    web.put(f"{BASE}shut.html", SHELL)
    code, said = crawl(home, registry)
    assert code == 2
    assert f"failed {SD} 2023 {BASE}gone.html: status 404" in said
    assert f"blocked {SD} 2023 {BASE}shut.html: challenge page" in said
    shown = "\n".join(blocked_lines(home, status_rows(home)))
    assert f"{BASE}shut.html" in shown and "gongkai add FILE --url" in shown
    assert crawl_troubles(home, SD, [2022], [HOST]) == []

    for name in names[1:]:
        web.put(f"{BASE}{name}.html", "<html><body>正文</body></html>")
    code, said = crawl(home, registry)
    assert code == 0, said
    assert blocked_lines(home, status_rows(home)) == []


def test_blocked_list_is_shown_with_what_to_do(web: Web, tmp_path: Path, registry: Path) -> None:
    home = Home(tmp_path / "home")
    web.put(BASE, SHELL)
    code, said = crawl(home, registry)
    assert code == 2 and "blocked" in said
    shown = "\n".join(blocked_lines(home, status_rows(home)))
    assert BASE in shown and "gongkai add FILE... --province" in shown
    web.put(BASE, listing([("1.html", title(2023), "2024-01-02")]))
    web.put(f"{BASE}1.html", "<html><body>正文</body></html>")
    code, said = crawl(home, registry)
    assert code == 0, said
    assert blocked_lines(home, status_rows(home)) == []


def test_a_challenge_instead_of_a_home_page_says_what_to_do(web: Web, tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / f"{SD}.yaml"
    path.write_text(REGISTRY.split("  cms")[0], encoding="utf-8")
    web.put(f"http://{HOST}/", SHELL)
    code, said = crawl(home, path)
    assert code == 2, said
    shown = "\n".join(blocked_lines(home, status_rows(home)))
    assert HOST in shown and "challenge page" in shown
    assert "gongkai add FILE... --province" in shown
