"""What a page says about its article beside it: meta tags, candidate titles, where it leads to."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from pipelines.documents.html_tree import Inventory
from warehouse.facts.files import load_yaml

_SHORTEST_TITLE, _LONGEST_TITLE = 5, 199  # characters
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|rtf|odt|ofd)$", re.I)
_VIEWED = ("file", "pdf", "url", "fileurl", "pdfurl", "filepath")  # parameters of viewers
_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_MOST_LEADS = 3


def leads(root: etree._Element) -> list[str]:
    """The addresses of the files and frames that a page shows in place of an article."""
    found: dict[str, None] = {}
    for element in root.iter("a", *_FRAMES):
        address = (element.get(_FRAMES.get(str(element.tag), "href")) or "").strip()
        try:
            parts = urlsplit(address)
        except ValueError:  # no address after all
            continue
        asked = parse_qs(parts.query)
        viewed = next((asked[name][0] for name in _VIEWED if name in asked), "")
        if _FILE.search(viewed.partition("?")[0]):
            found.setdefault(viewed)
        elif address and (element.tag != "a" or _FILE.search(parts.path)):
            found.setdefault(address)
    return list(found)[:_MOST_LEADS]


def meta(root: etree._Element) -> dict[str, str]:
    """Meta tags by lower-case name; the literal word null is nothing."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name, content = (tag.get("name") or "").lower(), (tag.get("content") or "").strip()
        if name and content and content.lower() != "null":
            found.setdefault(name, content)
    return found


def titles(root: etree._Element, found: Inventory, known: dict[str, str]) -> list[str]:
    """Candidate titles of the page, the most trusted first.

    Args:
        root: the page.
        found: what it holds.
        known: its meta tags.
    """
    marks = []
    for element in found.named("title"):
        text = " ".join("".join(element.itertext()).split())
        if _SHORTEST_TITLE <= len(text) <= _LONGEST_TITLE:
            marks.append(text)
    head = root.find(".//head/title")
    if head is not None and head.text:
        marks.append(" ".join(head.text.split()))
    return marks + [known[n] for n in load_yaml("pages.yaml")["meta_title"] if n in known]
