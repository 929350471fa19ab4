"""Guangdong's disclosure catalogue (gkmlpt): a tree in the page, a JSON list a category.

Source: pages of the family. The category stands in the fragment of the column's address, which
no server sees; without one the tree's annual-report nodes are taken. A node may lead out of the
catalogue by ``jump_url``, to a static column of the same portal, whose pages count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.addresses import absolute
from crawler.below import split
from crawler.families import api, trs_files
from crawler.families.api import Backend
from crawler.listing import read_rows
from crawler.ownpage import holds_document, page_row
from crawler.pager import names_annual
from crawler.paging import Ask, ListPage, Page, SubColumn
from crawler.scripts import Value, read_value, script_texts

PER_PAGE = 100
EVERYTHING = "0"
_CONFIG = re.compile(r"_CONFIG\s*=\s*(?=\{)")
_SID = re.compile(r"""\bSID['"]?\s*:\s*['"]?(\w+)""")
_TREE = re.compile(r"""\bTREE['"]?\s*:\s*(?=\[)""")
_ROOT = re.compile(r"^(.*?/gkmlpt)(?:/|$)")


def read(page: Page) -> ListPage:
    """Reads one page: the catalogue's frame, an answer of its list, or a static column."""
    if "backend" in page.ask.note:
        return api.read_answer(page)
    if page.missing or page.broken:
        return trs_files.after_try(page, [])
    root = _ROOT.match(urlsplit(page.url).path)
    if page.is_first and "/gkmlpt/content/" in page.url:
        return ListPage([page_row(page.text, page.url, page.title)])
    if page.is_first and root is not None and "_CONFIG" in page.text:
        return _catalogue(page, root.group(1))
    return _static(page)


def _static(page: Page) -> ListPage:
    rows = read_rows(page.text, page.url)
    if page.ask.note.get("kind") == "try":
        return trs_files.after_try(page, rows)
    if not page.is_first:
        return trs_files.next_page(page, rows)
    rows, columns = split(page, rows)
    if page.depth and not api.number_rows(rows) and holds_document(page.text, page.url):
        rows.append(page_row(page.text, page.url, page.title))
    return ListPage(rows, trs_files.first_asks(page, rows), columns=columns)


def _catalogue(page: Page, root: str) -> ListPage:
    sid, tree = _config(page.text)
    wanted = urlsplit(page.column).fragment.strip("/")
    nodes = list(_nodes(tree))
    if wanted.isdigit():
        chosen = [node for node in nodes if str(node.get("id")) == wanted] or [{"id": wanted}]
    else:
        chosen = [node for node in nodes if names_annual(str(node.get("name") or ""))]
    asks: list[Ask] = []
    columns: list[SubColumn] = []
    for node in chosen:
        for leaf in _leaves(node):
            jump = str(leaf.get("jump_url") or "").strip()
            if jump and not _is_own(jump, root):
                columns.append(SubColumn(absolute(page.url, jump), str(leaf.get("name") or "")))
            elif leaf.get("id") is not None:
                asks.append(_ask(page, root, sid, _category(leaf, jump)))
    if not chosen:
        asks = [_ask(page, root, sid, EVERYTHING)]
    return ListPage(read_rows(page.text, page.url), asks, columns=columns)


def names_reports(url: str, text: str) -> bool:
    """Whether a page is a catalogue with a node of annual reports."""
    if _ROOT.match(urlsplit(url).path) is None or "/content/" in url:
        return False
    return any(names_annual(str(n.get("name") or "")) for n in _nodes(_config(text)[1]))


def column_url(url: str, text: str) -> str:
    """The address of a catalogue's annual-report list; ``url`` where there is not one such list.

    Args:
        url: the catalogue, or any other page.
        text: its source.
    """
    root = _ROOT.match(urlsplit(url).path)
    if root is None or urlsplit(url).fragment:
        return url
    named = [n for n in _nodes(_config(text)[1]) if names_annual(str(n.get("name") or ""))]
    leaves = {leaf.get("id"): leaf for node in named for leaf in _leaves(node)}
    if len(leaves) != 1 or any(leaf.get("jump_url") for leaf in leaves.values()):
        return url
    return f"{url}#{next(iter(leaves))}"


def _is_own(jump: str, root: str) -> bool:
    return f"{root}/index" in jump and bool(urlsplit(jump).fragment)


def _category(node: dict[str, Any], jump: str) -> str:
    fragment = urlsplit(jump).fragment if jump else ""
    return fragment if fragment.isdigit() else str(node["id"])


def _ask(page: Page, root: str, sid: str | None, category: str) -> Ask:
    address = urljoin(page.url, f"{root}/api/all/{category}")
    query = f"?{urlencode({'sid': sid})}" if sid else ""
    return Backend(f"{address}{query}", size=PER_PAGE).ask(1)


def _config(text: str) -> tuple[str | None, Value]:
    """The site's number and the category tree; the tree alone where the rest cannot be read."""
    for script in script_texts(text):
        match = _CONFIG.search(script)
        if match is None:
            continue
        try:
            config = read_value(script, match.end())
        except (ValueError, RecursionError):
            return _pieces(script)
        if isinstance(config, dict):
            sid = config.get("SID")
            return (str(sid) if sid else None), config.get("TREE")
    return None, None


def _pieces(script: str) -> tuple[str | None, Value]:
    sid, tree = _SID.search(script), _TREE.search(script)
    found: Value = None
    if tree is not None:
        try:
            found = read_value(script, tree.end())
        except (ValueError, RecursionError):
            found = None
    return (sid.group(1) if sid else None), found


def _nodes(tree: Value) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for node in tree:
            yield from _nodes(node)
    elif isinstance(tree, dict):
        yield tree
        yield from _nodes(tree.get("children"))


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes below with a list of their own; one with children only groups them."""
    for found in _nodes(node):
        if not found.get("children") or found.get("post_count"):
            yield found
