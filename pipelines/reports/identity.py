"""Who reports and on which year: title, organ, report year, day of publication.

The report year comes from the title, else from the statistics period, never from the day of
publication. The organ is printed in the title, else in the signature, else in meta tags.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from pipelines.documents.model import Block, Document, Paragraph
from pipelines.reports.model import Finding
from pipelines.reports.organ_names import match_name
from pipelines.reports.place_names import place_prefix
from pipelines.reports.sections import style_of
from warehouse.facts.files import load_yaml
from warehouse.facts.numerals import digits_to_year
from warehouse.facts.titles import TitleVerdict, clean_organ, judge_title, plain_title

_TITLE_LINES = 12  # a title stands at most this deep in the body
_TITLE_PARTS = 4  # lines a title is broken over at most


@dataclass
class Identity:
    """What was found; None where nothing tells.

    Attributes:
        title: as printed, on one line.
        verdict: what the document's own title says.
        own_title: the document's own title, where ``title`` is the list's.
        listed: what the list's title says, when that is a report's.
        title_end: how many blocks of the body stand before and in the title.
        organ: name without spaces.
        year: covered year.
        published_on: ISO day.
        findings: what did not fit or was not found.
    """

    title: str | None = None
    verdict: TitleVerdict | None = None
    title_end: int = 0
    own_title: str | None = None
    listed: TitleVerdict | None = None
    organ: str | None = None
    year: int | None = None
    published_on: str | None = None
    findings: list[Finding] = field(default_factory=list)


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml("identity.yaml")
    return rules


@lru_cache(maxsize=1024)
def _judged(title: str) -> TitleVerdict:
    """The verdict on one title; the same lines are judged alone and joined with others."""
    return judge_title(title)


def find_title(document: Document, limit: int) -> tuple[str | None, TitleVerdict | None, int]:
    """The title: in the body (joined from its lines), else from the page.

    Args:
        document: the document.
        limit: index of the first section heading; the title stands before it.

    Returns:
        The title, its verdict, and how many blocks of the body it ends after.
    """
    lines = [
        (i, b.text)
        for i, b in enumerate(document.blocks[: max(limit, 0) if limit else _TITLE_LINES])
        if isinstance(b, Paragraph)
    ][:_TITLE_LINES]
    best: tuple[int, str, TitleVerdict, int] | None = None
    for start in range(len(lines)):
        for count in range(1, _TITLE_PARTS + 1):
            part = lines[start : start + count]
            text = "".join(t for _, t in part)
            if len(part) < count or len(text) > 120 or re.search(r"[。；]|[：:]$", text):
                break
            verdict = _judged(text)
            texts = [t for _, t in part]
            if not verdict.is_report or _is_several(texts) or _is_needless(texts):
                continue
            if (own := _before_site(text)) is not None:
                text, verdict = own, _judged(own)
            score = _score(verdict, text) - start - count
            if best is None or score > best[0]:
                best = (score, text, verdict, part[-1][0] + 1)
    page = [(own, _judged(own)) for t in document.titles if (own := _before_site(t) or t)]
    for text, verdict in page:
        score = _score(verdict, text) - 8
        several = _is_several(text.split())
        if verdict.is_report and not several and (best is None or score > best[0]):
            best = (score, text, verdict, best[3] if best else 0)
    if best is not None:
        return _clean(best[1]), best[2], best[3]
    named = next(((t, v) for t, v in page), None)
    short = (t for _, t in lines[:3] if len(t) < 80 and not re.search(r"[。；]", t))
    first = next(((t, _judged(t)) for t in short), None)
    shown = named or first
    return (_clean(shown[0]), shown[1], 0) if shown else (None, None, 0)


def _is_several(pieces: list[str]) -> bool:
    """Whether more than one of these is a title by itself (a column's name beside the title)."""
    return sum(_judged(piece).is_report for piece in pieces) > 1


def _is_needless(pieces: list[str]) -> bool:
    """Whether a title of several lines is whole without the first ones: lines of the page.

    A place that stands alone belongs to the organ below it.
    """
    for count in range(1, len(pieces)):
        above, verdict = plain_title("".join(pieces[:count])), _judged("".join(pieces[count:]))
        whole = verdict.is_report and verdict.year is not None and verdict.organ is not None
        if whole and place_prefix(verdict.organ or "") > 0 and place_prefix(above) < len(above):
            return True
    return False


def _before_site(text: str) -> str | None:
    """A title of a report without the name of the site behind it, None when there is none."""
    found = re.match(r"(.{6,}?)\s*(?:[_|｜]|\s[-—–－]\s?|[-－](?=[^\d\W]))", text)
    if found is None or found.end() == len(text):
        return None
    behind = _judged(text[found.end() :])
    return found[1] if _judged(found[1]).is_report and not behind.is_report else None


def _score(verdict: TitleVerdict, text: str) -> int:
    return 20 * (verdict.organ is not None) + 20 * (verdict.year is not None) - len(text) // 60


def _clean(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip()


def find_identity(
    document: Document,
    limit: int,
    signed: str | None,
    preamble: str,
    context_organ: str | None = None,
    list_title: str | None = None,
) -> Identity:
    """Title, organ, year and publication day of one report.

    Args:
        document: the document.
        limit: index of the first section heading, 0 when there is none.
        signed: the organ that signs at the end.
        preamble: the text before the first part (and the first part's), for the period.
        context_organ: the organ that the registry names.
        list_title: the document's title on the list that led to it; speaks where the document's
            own title does not.
    """
    title, verdict, title_end = find_title(document, limit)
    found = Identity(title, verdict, title_end, title)
    listed = judge_title(list_title) if list_title else None
    if listed is not None and listed.is_report:
        found.listed = listed
        if verdict is None or not verdict.is_report:
            found.title = _clean(list_title or "")
    plain = plain_title(preamble)
    _find_year(found, plain)
    _find_organ(found, _named_organs(found, document, signed, plain, context_organ))
    found.published_on = _published(document)
    return found


def _told(verdict: TitleVerdict | None, what: str) -> Any:
    """The year or organ of a report's title."""
    return getattr(verdict, what) if verdict is not None and verdict.is_report else None


def _find_year(found: Identity, preamble: str) -> None:
    titled = _told(found.verdict, "year")
    period = _period_year(preamble, titled)
    years = (titled, period, _told(found.listed, "year"))
    found.year = next((y for y in years if y is not None), None)
    if titled is not None and period is not None and titled != period:
        found.findings.append(
            Finding(
                "period_mismatch",
                "warning",
                "the statistics period is not the year of the title",
                "sections",
                expected=titled,
                actual=period,
            )
        )
    if found.year is None:
        found.findings.append(
            Finding("year_unresolved", "error", "neither title nor period tell the report year")
        )


def _period_year(text: str, titled: int | None) -> int | None:
    """The year of the statistics period that the first paragraphs print.

    Of several the title's, since they may tell what the year before was about.
    """
    matches = re.findall(_rules()["period"], text)
    found = [digits_to_year(next(y for y in groups if y)) for groups in matches]
    return titled if titled in found else next(iter(found), None)


def _named_organs(
    found: Identity,
    document: Document,
    signed: str | None,
    preamble: str,
    context_organ: str | None,
) -> Iterator[str | None]:
    """What may be the organ's name, the most trusted first; the first mostly does."""
    yield _told(found.verdict, "organ")
    yield _above_title(document, found.title_end)
    yield signed
    matches = [m for p in _rules()["self_names"] if (m := re.search(p, preamble))]
    yield from (m.group(1) for m in matches if place_prefix(m.group(1)))
    yield _told(found.listed, "organ")
    yield context_organ
    yield from (document.meta.get(n) for n in load_yaml("pages.yaml")["meta_organ"])


def _find_organ(found: Identity, candidates: Iterable[str | None]) -> None:
    organs = (o for c in candidates if c and (o := clean_organ(c)) is not None)
    # A name that says where the organ is beats a short one ("the bureau of health").
    found.organ = next(organs, None)
    if found.organ is not None and _is_short(found.organ):
        short = found.organ
        found.organ = next((o for o in organs if _is_longer(o, short)), short)
    if found.organ is None:
        found.findings.append(
            Finding("organ_unresolved", "warning", "the document never names its organ in full")
        )


def _is_longer(name: str, short: str) -> bool:
    """Whether a name says the place of the organ that a short name means.

    An abbreviation ("the county's health bureau") means it where the organ's line is the same and
    its place is one of the kind that the short name begins with.
    """
    if name.endswith(short):
        return name != short
    at = place_prefix(name)
    line = match_name(short).line
    if line is None or at == 0 or name[at - 1] != short[0]:
        return False
    return match_name(name[at:]).line == line


def _is_short(organ: str) -> bool:
    return re.match(_rules()["short_name"], organ) is not None


def _above_title(document: Document, title_end: int) -> str | None:
    """An organ's name on a line of its own right above the title."""
    above = [b.text for b in document.blocks[:title_end] if isinstance(b, Paragraph)]
    for text in reversed(above):
        if len(text) <= 40 and style_of(text) == "none" and (organ := clean_organ(text)):
            return organ
    return None


def _published(document: Document) -> str | None:
    rules = load_yaml("pages.yaml")
    for name in rules["meta_published"]:
        if (day := _day(document.meta.get(name, ""))) is not None:
            return day
    lines: list[Block] = document.blocks[:_TITLE_LINES]
    visible = "\n".join(b.text for b in lines if isinstance(b, Paragraph)) + "\n" + document.around
    match = re.search(rules["published"], visible)
    return _iso(*match.groups()) if match else None


def _day(text: str) -> str | None:
    match = re.search(r"((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    return _iso(*match.groups()) if match else None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
