"""What a small page shows, line by line, and what it holds besides text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crawler.listing import parse_fragment, squeeze, visible_tree

if TYPE_CHECKING:
    import lxml.html

_BREAK = "\u2028"
_BLOCKS = (
    *("title", "body", "p", "div", "center", "pre", "li", "dt", "dd", "td", "th", "section"),
    *("article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6"),
)
_HEADINGS = frozenset({"title", "h1", "h2", "h3"})
_HOLDERS = ("iframe", "frame", "embed", "object", "table", "ul", "ol", "select", "textarea", "img")
_TARGETS = ("div", "section", "main", "article", "span")


@dataclass(frozen=True)
class PageLook:
    """One page.

    Attributes:
        source: its source.
        script: its inline scripts.
        text: what its body shows.
        said: its title, what it shows and what it says without scripts.
        lines: the text of each block and each line in one, shortest pieces too.
        headings: title and headings.
        links: how many links lead on.
        has_script: whether it has a script at all.
        is_bare: whether nothing in it is content or waits to be filled with it.
    """

    source: str
    script: str
    tree: lxml.html.HtmlElement
    whole: lxml.html.HtmlElement

    @cached_property
    def text(self) -> str:
        """What the body shows."""
        body = self.tree.find("body")
        return squeeze(body.text_content()) if body is not None else ""

    @cached_property
    def said(self) -> str:
        """Title, text and words for browsers without scripts."""
        without = (squeeze(e.text_content()) for e in self.whole.iter("noscript"))
        return "\n".join([*self.headings, self.text, *without])

    @cached_property
    def lines(self) -> list[str]:
        """The text of every block, cut at its line breaks."""
        found = (e.text_content().split(_BREAK) for e in self.tree.iter(*_BLOCKS))
        return [line for lines in found for part in lines if (line := squeeze(part))]

    @cached_property
    def headings(self) -> list[str]:
        """The title and the headings."""
        return [squeeze(e.text_content()) for e in self.tree.iter(*_HEADINGS)]

    @property
    def links(self) -> int:
        """How many links lead to other pages."""
        return sum(
            not (a.get("href") or "#").strip().lower().startswith(("#", "javascript:"))
            for a in self.tree.iter("a")
        )

    @property
    def has_script(self) -> bool:
        """Whether there is a script."""
        return next(self.whole.iter("script"), None) is not None

    @cached_property
    def is_bare(self) -> bool:
        """Whether the page has no place for content: no frame, list, style sheet or empty box."""
        if self.links or next(self.tree.iter(*_HOLDERS), None) is not None:
            return False
        if any("stylesheet" in (e.get("rel") or "").lower() for e in self.whole.iter("link")):
            return False
        if any(e.get("type") != "hidden" for e in self.tree.iter("input", "button")):
            return False
        boxes = self.tree.iter(*_TARGETS)
        return not any(
            (e.get("id") or e.get("class")) and not e.text_content().strip() for e in boxes
        )


def look_at(source: str) -> PageLook | None:
    """A page as ``PageLook``, None for a page of nothing.

    Args:
        source: of the page.
    """
    whole, tree = parse_fragment(source), visible_tree(source)
    if whole is None or tree is None:
        return None
    for line in tree.iter("br"):
        line.tail = _BREAK + (line.tail or "")
    script = "\n".join(e.text or "" for e in whole.iter("script"))
    return PageLook(source, script, tree, whole)
