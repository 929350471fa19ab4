"""The walls between the rooms, and the rules for every file (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("crawler", "pipelines", "warehouse")
MODULES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
LONGEST = 400


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_below(name: str, *packages: str) -> bool:
    return any(name == p or name.startswith(f"{p}.") for p in packages)


def crossed(folder: str, *forbidden: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imports(path)
        if is_below(name, *forbidden) and not is_below(name, *allowed)
    ]


@pytest.mark.parametrize("room", ["documents", "reports"])
def test_reading_knows_neither_scrapy_nor_dagster_nor_the_crawler(room: str) -> None:
    assert crossed(f"pipelines/{room}", "scrapy", "dagster", "crawler") == []


def test_the_warehouse_knows_neither_crawler_nor_pipelines() -> None:
    assert crossed("warehouse", "crawler", "pipelines", "scrapy", "dagster") == []


def test_facts_are_the_ground_floor() -> None:
    forbidden = ("crawler", "pipelines", "warehouse")
    assert crossed("warehouse/facts", *forbidden, allowed=("warehouse.facts",)) == []


def test_the_crawler_knows_nothing_of_ours_but_facts() -> None:
    assert crossed("crawler", "pipelines", "warehouse", allowed=("warehouse.facts",)) == []


def test_documents_know_tables_not_reports() -> None:
    assert crossed("pipelines/documents", "pipelines.reports") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_says_what_belongs_in_it_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a docstring says what belongs here"


def test_median_module_is_small() -> None:
    sizes = sorted(len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES)
    assert sizes[len(sizes) // 2] <= 140


def tracked_text() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".toml", ".yaml", ".md", ".lock", ".cfg"}:
            yield name, path.read_text(encoding="utf-8")


def test_no_suppressions() -> None:
    marks = re.compile(
        "|".join(["no" + "qa", "type: " + "ignore", r"verify ?= ?Fa" + "lse", r"mark\.sk" + "ip"])
    )
    assert [n for n, t in tracked_text() if n.endswith(".py") and marks.search(t)] == []


def test_lock_names_versions_and_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)
    assert len(pinned) > 50
    assert "http:" not in lock
    assert "https:" not in lock
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_spider_is_named_as_its_file() -> None:
    for path in sorted((ROOT / "crawler" / "spiders").glob("[a-z]*.py")):
        if path.stem != "base":
            text = path.read_text(encoding="utf-8")
            assert re.search(rf'^    name = "{path.stem}"$', text, re.M), path
            assert "custom_settings" not in text, path
