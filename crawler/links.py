"""What an article page leads to: its attachments, or the page that a stub forwards to.

An attachment is a file that is linked or shown in a viewer, a page in a frame that holds the text,
or a picture where the article lacks a table that the picture may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

import lxml.html
from w3lib.html import get_meta_refresh

from crawler.addresses import absolute, host_of, is_web
from crawler.body import find_body, shows
from crawler.listing import parse_fragment, scripted_address, shared_tree, squeeze
from crawler.scripts import unquote as unquote_literal
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label, forms

_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|rtf|ofd)[\s）)\]】》]*$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/(?:downfile|download|down|download_?file|downloadattach\w*|virtual_attach_file)"
    r"\.(?:jsp|do|vsb|aspx?|ashx|php|action)\?|DownloadAttachUrl"
    r"|/\w*(?:download|downfile|filedown|getfile)\w*/[\w-]*\d[\w-]*(?:\.html)?$"
    r"|/\w*(?:download|downfile|filedown|getfile)\w*\?[^#]*=[\w-]*\d",
    re.IGNORECASE,
)
_LIKE_FILE = re.compile(
    r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|rtf|ofd)|down|attach|getfile", re.IGNORECASE
)
_LEADING = ("a", "iframe", "frame", "embed", "object", "script")
_VIEWED = ("file", "pdf", "url", "src", "fileurl", "pdfurl", "filepath", "path")
_SHOWN = re.compile(r"""["']([^"'<>\s]+\.(?:pdf|ofd))(?:\?[^"'<>\s]*)?["']""", re.IGNORECASE)
_NO_CONTENT = re.compile(
    r"visitcount|login|share|footer|header|counter|weather|search|advert"
    r"|player|video|/map|/count\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"/(?:top|bottom|left|right|menu|nav|tree)\b|tree\.jsp|/nav", re.IGNORECASE)
_ORNAMENT = re.compile(
    r"icon|logo|qrcode|ewm|erweima|share|print|arrow|button|btn|blank|spacer|\.gif$|beian|jiucuo",
    re.IGNORECASE,
)
_SHORT = 300
_SMALL = 200
_FEW = 3  # characters of a label that says little
_MOST_PICTURES, _MOST_FRAMES = 40, 3
_CONTENT = re.compile(r"""content["']?\s*:\s*("(?:\\.|[^"\\])*(?:\\u003[Cc]|<)(?:\\.|[^"\\])*")""")
_FRAME = re.compile(
    r"(?:^|[-_\s])(?:nav|header|footer|foot|menu|sidebar|breadcrumb)(?:$|[-_\s])", re.I
)
_SCRIPTED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.replace\()\s*[\"']([^\"']+)[\"'](?!\s*\+)", re.IGNORECASE
)
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_ON_CLICK = re.compile(r"""\bonclick\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
_STUB_BYTES, _STUB_LINKS = 2048, 3


@dataclass(frozen=True)
class Attachment:
    """A file that an article links to: absolute address and the link's text."""

    url: str
    title: str


def read_attachments(text: str, base: str) -> list[Attachment]:
    """Files that a page links to or shows, in order, each address once.

    A link counts when its address or its text ends like an office, PDF or archive file, or when
    it is a download script. Navigation, header and footer are left out. A page without a text of
    its own leads to the pages in its frames, and to its pictures.

    Args:
        text: the article.
        base: its address.
    """
    tree = shared_tree(text)
    if tree is None:
        return []
    found: dict[str, Attachment] = {}
    for element in (part for piece in [tree, *_embedded(text)] for part in piece.iter(*_LEADING)):
        leads = _of_element(element, base)
        if leads and not _in_frame(element):
            for attachment in leads:
                if attachment.url != base:
                    found.setdefault(attachment.url, attachment)
    if not found:
        bare = _is_bare(tree)
        shown = frames(text, base)[:_MOST_FRAMES] if bare else []
        for url in shown + (_pictures(tree, base) if bare or _lacks_tables(tree) else []):
            found.setdefault(url, Attachment(url, _name(url)))
    return list(found.values())


def _of_element(element: lxml.html.HtmlElement, base: str) -> list[Attachment]:
    if element.tag == "script":
        shown = [absolute(base, m.group(1)) for m in _SHOWN.finditer(element.text or "")]
        return [Attachment(url, _name(url)) for url in shown if is_web(url)]
    one = _from_link(element, base) if element.tag == "a" else _from_frame(element, base)
    return [one] if one else []


def _is_bare(tree: lxml.html.HtmlElement) -> bool:
    """Whether an article has no text worth the name; without a known body, the page has not."""
    body = find_body(tree)
    return not (shows(tree, 2 * _SHORT) if body is None else shows(body, _SHORT))


@cache
def _tables() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """For each table of the forms the headings of its part and the labels of its columns."""

    def words(labels: list[Label]) -> tuple[str, ...]:
        return tuple({squeeze(w) for x in labels for w in (x.label, *x.also) if len(w) > _FEW})

    every = forms()
    columns = {
        "2": words([c for f in every for b in f.proactive for c in b.columns]),
        "3": words([c for f in every for c in f.request.columns]),
        "4": words([r for f in every for r in f.legal_challenge.results]),
    }
    parts = load_yaml("sections.yaml")["sections"]
    return tuple(((parts[n]["label"], *parts[n]["also"]), labels) for n, labels in columns.items())


def _lacks_tables(tree: lxml.html.HtmlElement) -> bool:
    """Whether a page has the heading of a part without its table, which may be a picture."""
    text = squeeze(tree.text_content())
    return any(
        any(heading in text for heading in headings) and not any(word in text for word in columns)
        for headings, columns in _tables()
    )


def frames(text: str, base: str, menus: bool = False) -> list[str]:
    """Pages of the same host that a page shows in frames, counters and the like left out.

    Args:
        text: source of the page.
        base: its address.
        menus: whether the frames beside the content are meant, too.
    """
    tree = parse_fragment(text)
    found: dict[str, None] = {}
    for frame in tree.iter("iframe", "frame") if tree is not None else ():
        source = (frame.get("src") or "").strip()
        url = absolute(base, source) if source else ""
        fit = is_web(url) and host_of(url) == host_of(base) and url != base
        beside = not menus and (_in_frame(frame) or _BESIDE.search(urlsplit(url).path))
        if fit and not beside and not _NO_CONTENT.search(urlsplit(url).path):
            found.setdefault(url, None)
    return list(found)


def _pictures(tree: lxml.html.HtmlElement, base: str) -> list[str]:
    """The pictures of a body, ornaments left out."""
    body = find_body(tree)
    found: dict[str, None] = {}
    for picture in body.iter("img") if body is not None else ():
        source = (picture.get("src") or picture.get("data-src") or "").strip()
        url = absolute(base, source) if source else ""
        printed = (picture.get("width") or "", picture.get("height") or "")
        sizes = [int(size) for size in printed if size.isdigit()]
        small = bool(sizes) and max(sizes) < _SMALL
        if is_web(url) and not small and not _ORNAMENT.search(urlsplit(url).path):
            found.setdefault(url, None)
    return list(found)[:_MOST_PICTURES]


def _name(url: str) -> str:
    return unquote(_path(url).rsplit("/", 1)[-1])


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _embedded(text: str) -> Iterator[lxml.html.HtmlElement]:
    """Bodies that a page holds as escaped text in its script, to be shown by it."""
    for match in _CONTENT.finditer(text):
        tree = parse_fragment(unquote_literal(match.group(1)))
        if tree is not None:
            yield tree


def _in_frame(element: lxml.html.HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor.tag in ("nav", "header", "footer"):
            return True
        marks = f"{ancestor.get('id') or ''} {ancestor.get('class') or ''}"
        if ancestor.tag not in ("body", "html") and _FRAME.search(marks):
            return True
    return False


def _is_file(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return bool(_FILE.search(unquote(url)))
    tails = (parts.path, parts.query)
    return any(_FILE.search(unquote(t)) for t in tails) or bool(_DOWNLOAD.search(url))


def is_attachment(url: str) -> bool:
    """Whether an address is one of a file or a download script."""
    return _is_file(url)


def _from_link(anchor: lxml.html.HtmlElement, base: str) -> Attachment | None:
    href = (anchor.get("href") or "").strip()
    if not href or href.startswith("#") or href.lower().startswith("javascript:"):
        href = scripted_address(anchor)
    if not href or href.lower().startswith("mailto:"):
        return None
    text = squeeze(anchor.text_content()) or squeeze(anchor.get("title") or "")
    # Most links are of neither kind: told at a glance, before the address is made.
    told = _LIKE_FILE.search(unquote("".join(href.split()))) or href.startswith("?")
    if not told and not _FILE.search(text):
        return None
    url = absolute(base, href)
    url = _viewed(url, base) or url
    if not _is_file(url) and not _FILE.search(text):
        return None
    return Attachment(url, text or _name(url))


def _from_frame(frame: lxml.html.HtmlElement, base: str) -> Attachment | None:
    source = frame.get("src") or frame.get("data") or ""
    url = _viewed(absolute(base, source), base) if source.strip() else None
    return Attachment(url, _name(url)) if url else None


def _viewed(url: str, base: str) -> str | None:
    """The file that an address leads to or that a viewer's address names, None for neither."""
    if not is_web(url):
        return None
    query = {k.lower(): v for k, v in parse_qs(urlsplit(url).query).items()}
    for name in _VIEWED:
        if name in query and _FILE.search(_path(query[name][0])):
            inner = absolute(base, query[name][0])
            return inner if is_web(inner) else None
    return url if _is_file(url) else None


def stub_target(text: str, base: str) -> str | None:
    """Where a stub page forwards to, None when it is no stub.

    Only small pages without a body of their own are stubs; a page that reloads itself forwards
    nowhere.
    """
    if len(text) > _STUB_BYTES:
        return None
    try:
        _, target = get_meta_refresh(text, base, ignore_tags=("script", "noscript", "style"))
    except ValueError:  # to what is no address at all
        return None
    # A link's own handler forwards nobody who does not click it, nor does a pager's function.
    if target is None and len(_ANCHOR.findall(text)) <= _STUB_LINKS:
        scripted = _SCRIPTED.search(_ON_CLICK.sub("", text))
        target = scripted.group(1) if scripted else None
    if target is None:
        return None
    url = absolute(base, target)
    return url if url != base and "://" in url and _is_address(url) else None


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
