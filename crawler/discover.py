"""Finding the annual-report column of a site from its home page, page by page.

Decides what to look at next and what was found; asks nothing itself (``scout`` does). Words and
weights are in ``columns.yaml``. The way: links that name the column, links that lead towards it,
the columns of reports that stand elsewhere, the site's own search form, and last a few addresses
that such columns often have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urldefrag

from crawler import sitesearch
from crawler.addresses import absolute, host_of, is_web
from crawler.choices import clicked_columns
from crawler.columns import column_of, is_annual_path
from crawler.families import external
from crawler.held import held_rows
from crawler.links import stub_target
from crawler.listing import Row, based, read_rows
from crawler.menus import navigation, pieces
from crawler.nextpage import page_links
from crawler.pager import is_pager
from crawler.paging import Ask, ListPage, Page
from crawler.patterns import Pattern, patterns
from crawler.recognise import Recognition, recognise, recognise_pages
from crawler.shapes import is_article
from warehouse.facts.files import load_yaml
from warehouse.facts.titles import judge_title, title_year

MOST_PAGES = 40
"""Pages looked at before a site is given up."""
_DEEPEST = 5
_ENOUGH = 3
"""Reports on a page that make it a column whatever it is called."""
_OF_DISCLOSURE = 4
"""Weight of a page whose frames and menus are looked into."""
_MOST_PATTERNS, _FEW = 20, 6
_SPACES = re.compile(r"[\s\u3000>»·]+")


@dataclass(frozen=True)
class Lead:
    """A page worth looking at.

    Attributes:
        url: its address.
        weight: how promising it is.
        depth: links from the home page.
        named: whether a link or an address calls it the annual-report column.
        guess: whether nothing leads there, so that a miss says nothing.
        ask: how it is asked for, where it is an answer of the site's search.
    """

    url: str
    weight: int
    depth: int = 0
    named: bool = False
    guess: bool = False
    ask: Ask | None = None


@dataclass
class Candidate:
    """A page that lists reports, or is named as if it did.

    Attributes:
        url: its address.
        family: as it was recognised.
        reports: annual reports on its first page.
        named: whether it is called the annual-report column.
        below: columns that it leads to.
        fetched: whether its rows come by further requests, as on pages filled by scripts.
        scripted: whether script files of its own may do so.
    """

    url: str
    family: str
    reports: int
    named: bool
    below: frozenset[str] = frozenset()
    fetched: bool = False
    scripted: bool = False


@dataclass
class Discovery:
    """The search of one site.

    Attributes:
        home: address of the home page.
        family: the site's family where it is known already.
        candidates: what was found.
        looked: how many pages were taken.
        search: address of the site's own search, None while none is known.
        head: headers of the home page's answer, a line each.
    """

    home: str
    family: str | None = None
    candidates: dict[str, Candidate] = field(default_factory=dict)
    looked: int = 0
    search: str | None = None
    head: str = ""
    _leads: list[Lead] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _pages: list[tuple[str, str]] = field(default_factory=list)
    _patterns: tuple[Pattern, ...] = ()
    _stages: list[str] = field(default_factory=lambda: ["search", "guess"])

    def __post_init__(self) -> None:
        self._add([Lead(self.home, 100)])

    def next(self) -> Lead | None:
        """The next page to look at, None when the search is over."""
        if self.looked >= MOST_PAGES or self._is_settled():
            return None
        while not self._leads and self._stages and not self._found():
            self._add(self._last_resorts(self._stages.pop(0)))
        if not self._leads:
            return None
        self._leads.sort(key=lambda lead: (-lead.weight, lead.depth))
        self.looked += 1
        return self._leads.pop(0)

    def take(self, lead: Lead, url: str, text: str, head: str = "") -> None:
        """Takes a page that was looked at.

        Args:
            lead: what was asked for.
            url: the address that answered.
            text: its source.
            head: of the answer, a line a header.
        """
        if lead.depth == 0:
            self.head = head
        if lead.ask is not None:
            self._take_answers(lead, url, text)
            return
        text = based(text, url)
        target = stub_target(text, url)
        if target is not None:
            self._add([Lead(target, 90, lead.depth, lead.named)])
            return
        self._known.add(_key(url))
        self._pages.append((url, text))
        if lead.depth == 0:
            self.search = sitesearch.find(text, url)
        self.search = self.search or sitesearch.service_address(text, url)
        family = self.family or recognise(url, text, self.head).family
        found = read_with(family, url, text)
        self._judge(lead, url, text, family, found)
        if lead.depth < _DEEPEST:
            self._add(self._links(lead, url, text))

    def _take_answers(self, lead: Lead, url: str, text: str) -> None:
        """Takes what the site's search answers: the columns that its reports' addresses show."""
        page = Page(url, text, self.home, lead.ask or Ask(url))
        reports = [row for row in sitesearch.read(page).rows if _is_report(row)]
        self._add(self._columns_of(reports, self.family or "generic", lead))

    def recognition(self) -> Recognition:
        """The family by the columns found and those below, else by all pages looked at."""
        chosen = {urldefrag(candidate.url).url for candidate in self.columns()}
        below = {url for candidate in self.columns() for url in candidate.below}
        pages = [page for page in self._pages if page[0] in chosen or _key(page[0]) in below]
        return recognise_pages(pages or self._pages or [(self.home, "")], self.head)

    def columns(self) -> list[Candidate]:
        """The columns found: those with reports, without those that another one leads to."""
        listing = [c for c in self.candidates.values() if c.reports]
        found = listing or [
            c for c in self.candidates.values() if c.named and (c.below or c.fetched)
        ]
        found = found or [c for c in self.candidates.values() if c.named and c.scripted]
        named = [c for c in found if c.named]
        found = named or found
        parents = [c for c in self.candidates.values() if c.named and c.below]
        tops: dict[str, Candidate] = {}
        for candidate in found:
            above = _topmost(candidate, parents)
            tops.setdefault(_key(above.url), above)
        inner = {url for top in tops.values() for url in top.below}
        return [c for key, c in tops.items() if key not in inner]

    # Judging a page.

    def _judge(self, lead: Lead, url: str, text: str, family: str, found: ListPage) -> None:
        reports = [row for row in found.rows if _is_report(row)]
        by_path = is_annual_path(url) and not is_article(url)
        named = lead.named or (by_path and lead.depth > 0) or names_reports(family, url, text)
        below = frozenset(_key(column.url) for column in found.columns)
        share = len(reports) / max(1, len(found.rows))
        first = Page(url, text, url, Ask(url))
        offered = bool(external.asks(first)) or bool(clicked_columns(first, text, " "))
        scripted = lead.named and offered
        if named and (reports or below or found.more or scripted):
            pass
        elif len(reports) < _ENOUGH or share < 0.2 or lead.depth == 0:
            self._add(self._columns_of(reports, family, lead))
            return
        fetched = bool(found.more)
        place = column_place(family, url, text)
        self.candidates[_key(url)] = Candidate(
            place, family, len(reports), named, below, fetched, scripted
        )
        # A column that holds only columns: some show whether reports are there, one the family.
        most = (1 if family == "generic" else 0) if reports else 3
        lower = [Lead(column.url, 30, lead.depth + 1, True) for column in found.columns[:most]]
        self._add(lower)

    def _columns_of(self, reports: Iterable[Row], family: str, lead: Lead) -> list[Lead]:
        """Columns that the addresses of reports on other pages show."""
        found = []
        for row in reports:
            own = recognise(row.url).family if family == "generic" else family
            column = column_of(row.url, own) if self._is_own(row.url) else None
            if column:
                found.append(Lead(column, 9, lead.depth + 1, True, guess=True))
        return found

    def _links(self, lead: Lead, url: str, text: str) -> list[Lead]:
        leads = []
        self._patterns = (*patterns(text), *self._patterns)[:_MOST_PATTERNS]
        for row in navigation(text, url, self._patterns):
            weight, named = judge_link(row.title, row.url)
            if weight and self._is_own(row.url) and not _is_report(row):
                leads.append(Lead(row.url, weight, lead.depth + 1, named))
        if lead.depth == 0 and not leads:
            # A page before the home page leads there, by a picture or a word.
            ways = [at for _, at in page_links(text, url) if self._is_own(at)]
            leads = [Lead(at, 3, 1, guess=True) for at in dict.fromkeys(ways)]
            leads = leads if len(leads) <= _FEW else []
        # Where a platform's page has its menu in a frame or fetches it, this is the way.
        behind = pieces(text, url) if lead.weight >= _OF_DISCLOSURE else []
        return leads + [Lead(at, 3, lead.depth + 1, guess=True) for at in behind]

    # Where to look.

    def _is_own(self, url: str) -> bool:
        own, host = (_bare_host(host_of(u)) for u in (self.home, url))
        # A portal keeps its disclosure on a sister host; another organ's site is not meant.
        return host == own or host.endswith("." + own)

    def _add(self, leads: Iterable[Lead]) -> None:
        for lead in leads:
            key = _key(lead.url)
            if key not in self._known and is_web(lead.url):
                self._known.add(key)
                self._leads.append(lead)

    def _found(self) -> bool:
        return any(c.reports or c.below or c.fetched for c in self.candidates.values())

    def _is_settled(self) -> bool:
        """Whether columns are found and nothing as promising is left."""
        if not any(c.reports and c.named for c in self.candidates.values()):
            return False
        return not any(lead.named for lead in self._leads)

    def _last_resorts(self, stage: str) -> list[Lead]:
        rules = load_yaml("columns.yaml")
        if stage == "search":
            asks = sitesearch.asks(self.search) if self.search else []
            return [Lead(ask.url, 20, 1, guess=True, ask=ask) for ask in asks]
        return [Lead(absolute(self.home, path), 1, 1, True, True) for path in rules["guesses"]]


def judge_link(text: str, url: str) -> tuple[int, bool]:
    """How far a link promises the annual-report column, and whether it names it.

    Args:
        text: the link's.
        url: its address.
    """
    rules = _link_rules()
    plain = _SPACES.sub("", text)
    if is_pager(text) or rules["never"].search(plain):
        return 0, False
    for pattern, weight in rules["names"]:
        if pattern.search(plain):
            return weight, True
    if is_annual_path(url) and len(plain) <= 20 and not is_article(url):
        return 6, True
    if title_year(plain) is not None:  # some document's title
        return 0, False
    return next(((w, False) for pattern, w in rules["ways"] if pattern.search(plain)), (0, False))


@cache
def _link_rules() -> dict[str, Any]:
    raw = load_yaml("columns.yaml")
    rules: dict[str, Any] = {
        kind: [(re.compile(entry["words"]), entry["weight"]) for entry in raw[kind]]
        for kind in ("names", "ways")
    }
    return rules | {"never": re.compile(raw["never"])}


def _topmost(candidate: Candidate, parents: Iterable[Candidate]) -> Candidate:
    """The column that a column lies below, however many levels."""
    met = {_key(candidate.url)}
    while above := next((p for p in parents if _key(candidate.url) in p.below), None):
        if _key(above.url) in met:
            break
        met.add(_key(above.url))
        candidate = above
    return candidate


def column_place(family: str, url: str, text: str) -> str:
    """The address by which a registry names a column, where that is more than the page's own."""
    module = f"crawler.families.{family}"
    reader = getattr(import_module(module), "column_url", None) if find_spec(module) else None
    place: str = reader(url, text) if reader else url
    return place


def names_reports(family: str, url: str, text: str) -> bool:
    """Whether a page names annual reports in a way of its family: a node, an address."""
    module = f"crawler.families.{family}"
    reader = getattr(import_module(module), "names_reports", None) if find_spec(module) else None
    return bool(reader and reader(url, text))


def read_with(family: str, url: str, text: str) -> ListPage:
    """Reads a page as a column's first one, with the reader of ``family``.

    A family without a reader of its own, and a page that its reader finds nothing on, are read as
    plain rows.
    """
    page = Page(url, text, url, Ask(url))
    module = f"crawler.families.{family}"
    found = import_module(module).read(page) if find_spec(module) else ListPage([])
    result: ListPage = found
    if not any(map(_is_report, result.rows)):
        seen = [*read_rows(text, url), *held_rows(text, url)]
        plain = [row for row in seen if _is_report(row)]
        result = ListPage([*result.rows, *plain], result.more, columns=result.columns)
    return result


def _is_report(row: Row) -> bool:
    verdict = judge_title(row.title, row.date)
    return verdict.is_report and verdict.year_from == "title"


def _bare_host(host: str) -> str:
    return host.removeprefix("www.")


def _key(url: str) -> str:
    """What tells pages apart: no scheme, no fragment, no index file."""
    bare = urldefrag(url).url.partition("//")[2]
    return re.sub(r"/(?:index|default)\.(?:html?|shtml|jsp|aspx?|php)$", "/", bare).rstrip("/")
