"""What a page says about its article beside it: meta tags and candidate titles."""

from __future__ import annotations

from lxml import etree

from pipelines.documents.html_tree import Inventory
from warehouse.facts.files import load_yaml

_SHORTEST_TITLE, _LONGEST_TITLE = 5, 199  # characters


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
