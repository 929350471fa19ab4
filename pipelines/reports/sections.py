"""The parts of a report by their meaning, whatever number is printed before them.

The six headings are found in their order; a sub-heading of another part, a list of the parts in
the preamble and the words of the tables are not headings. The preamble is part "0".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.documents.model import Block, Paragraph
from pipelines.reports.labels import LabelIndex, core
from pipelines.reports.model import Section
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Label
from warehouse.facts.numerals import half_width
from warehouse.facts.titles import clean_organ

_LONGEST_HEADING = 60
_LONGEST_NUMBER = 64  # characters that hold a heading's number with blanks between its own
_SENTENCE = re.compile(r"[。；！？]")
_CLAUSE = "，"
_BRACKETS = re.compile(r"^[【\[]|[】\]]$")


@dataclass(frozen=True)
class Heading:
    """A paragraph that may begin a part.

    Attributes:
        at: its index among the blocks.
        number: the part it means, "1" to "6".
        style: how it is numbered; all headings of a report are numbered alike.
        official: whether its words are the form's own.
        text: the heading without what follows it in the same paragraph.
        rest: what follows it.
    """

    at: int
    number: str
    style: str
    official: bool
    text: str
    rest: str


@cache
def _rules() -> tuple[LabelIndex, frozenset[str], re.Pattern[str], list[tuple[str, str]]]:
    raw = load_yaml("sections.yaml")
    labels = [Label(k, s["label"], tuple(s["also"])) for k, s in raw["sections"].items()]
    official = frozenset(core(x.label) for x in labels)
    wordings = [(core(w), x.key) for x in labels for w in (x.label, *x.also)]
    wordings.sort(key=lambda w: -len(w[0]))
    return LabelIndex(labels), official, re.compile(raw["number"]), wordings


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in load_yaml("sections.yaml")[key])


@cache
def _noise() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in load_yaml("sections.yaml")["noise"]))


@lru_cache(maxsize=4096)
def _begins_number(char: str) -> bool:
    """Whether the number of a heading may begin with a character."""
    return half_width(char) in load_yaml("sections.yaml")["number_starts"]


def style_of(text: str) -> str:
    """How a paragraph is numbered: ``dun``, ``part``, ``bracket``, ``digit`` or ``none``."""
    if not _begins_number(text[:1]) and text[:1] != " ":
        return "none"  # nearly every paragraph
    found = _rules()[2].match(half_width(text[:_LONGEST_NUMBER]).replace(" ", ""))
    if not found:
        return "none"
    mark = found.group()
    if mark[0] in "(（":
        return "bracket"
    if mark[0].isdigit():
        return "digit"
    return "part" if mark.startswith("第") else "dun"


def _heading(at: int, paragraph: Paragraph) -> Heading | None:
    index, official, numbering, wordings = _rules()
    text = _BRACKETS.sub("", paragraph.text.strip())
    if len(text) <= _LONGEST_HEADING and "。" not in text and "；" not in text:
        number = index.find(text)
        if number is not None:
            is_official = core(text) in official
            return Heading(at, number, style_of(text), is_official, paragraph.text, "")
    style = style_of(text)
    if style in ("none", "digit", "bracket"):
        return None
    # The heading and its text in one paragraph: the heading ends with a stop or a space.
    plain = re.sub(r"\s+", "", numbering.sub("", half_width(text).strip(), count=1))
    for wording, number in wordings:
        if wording in official and core(plain).startswith(wording):
            return _split_heading(at, number, style, paragraph.text, wording)
    return None


def _split_heading(at: int, number: str, style: str, text: str, wording: str) -> Heading | None:
    """Cuts a paragraph behind the heading it begins with."""
    for end in range(len(wording), min(len(text), _LONGEST_HEADING) + 1):
        if core(text[:end]) == wording:
            rest = text[end:]
            if re.match(r"[。：:；;.\s]|$|[\W]*(?:[(（]?[一1]|无|\d{4}年)", rest):
                return Heading(at, number, style, True, text[:end], rest.lstrip("。：:；;. \u3000"))
            return None
    return None


def find_headings(blocks: list[Block]) -> list[Heading]:
    """The headings of the parts: the longest chain in the order of the form.

    Candidates with the form's own words show how the report numbers its headings; others must be
    numbered like them. Of a list of the parts and the parts themselves, the parts win: they have
    text behind them.
    """
    found = [
        h
        for i, b in enumerate(blocks)
        if isinstance(b, Paragraph) and (h := _heading(i, b)) is not None
    ]
    styles = [h.style for h in found if h.official]
    main = max(set(styles), key=styles.count) if styles else "dun"
    found = [
        h for h in found if h.style == main or (h.official and h.style in ("dun", "part", "none"))
    ]
    weights = [1000 + min(_text_after(blocks, found, i), 900) for i in range(len(found))]
    return _best_chain(found, weights)


def _text_after(blocks: list[Block], found: list[Heading], i: int) -> int:
    end = found[i + 1].at if i + 1 < len(found) else len(blocks)
    between = blocks[found[i].at + 1 : end]
    return len(found[i].rest) + sum(
        len(b.text) if isinstance(b, Paragraph) else 100 for b in between
    )


def _best_chain(found: list[Heading], weights: list[int]) -> list[Heading]:
    """The increasing chain of the greatest weight (six parts: a small dynamic programme)."""
    best: list[tuple[int, int]] = []  # weight of the best chain that ends here, index before it
    for i, heading in enumerate(found):
        before = [(best[j][0], j) for j in range(i) if found[j].number < heading.number]
        weight, j = max(before, default=(0, -1))
        best.append((weight + weights[i], j))
    if not best:
        return []
    at = max(range(len(best)), key=lambda i: best[i][0])
    chain = []
    while at >= 0:
        chain.append(found[at])
        at = best[at][1]
    return chain[::-1]


def is_noise(text: str) -> bool:
    """Whether a line is page furniture: a page number, a font switch, a metadata line."""
    return _noise().match(text) is not None


def ends_report(text: str) -> bool:
    """Whether from this line on the page goes on to other things: never a sentence."""
    if _SENTENCE.search(text):
        return False
    found = [m for p in _patterns("after_report") if (m := p.search(text)) is not None]
    # Part of a sentence may name what a line of the page begins with.
    return bool(found) and (_CLAUSE not in text or any(m.start() == 0 for m in found))


_DATE = re.compile(
    r"[(（]?\s*(?:[12]\d{3}|[〇○◯ＯOo零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日\s*[)）]?"
)


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a day, as under a signature."""
    return _DATE.fullmatch(text.strip()) is not None


def signature(paragraphs: list[str]) -> tuple[str | None, int]:
    """The organ that signs at the end.

    Returns:
        Its name (None when nothing signs) and how many of the last paragraphs are the signature.
    """
    last = len(paragraphs)
    # Organ and day may share the last line.
    if last and (day := re.search(rf"\s{_DATE.pattern}$", paragraphs[-1].strip())) is not None:
        paragraphs = [*paragraphs[:-1], paragraphs[-1].strip()[: day.start()].strip(), day.group()]
        organ, signed = signature(paragraphs)
        return (organ, signed - 1) if organ is not None else (None, 0)
    dated = last > 0 and is_date_line(paragraphs[last - 1])
    at = last - 1 if dated else last
    if (
        at > 0
        and len(paragraphs[at - 1]) <= 40
        and not re.search(r"[。，；：:]", paragraphs[at - 1])
    ):
        organ = clean_organ(paragraphs[at - 1])
        if organ is not None and style_of(paragraphs[at - 1]) == "none":
            return organ, last - at + 1
    return None, int(dated)


def read_sections(
    blocks: list[Block], headings: list[Heading], title_end: int
) -> tuple[dict[str, Section], str | None]:
    """The text of every part.

    Args:
        blocks: the document's.
        headings: from ``find_headings``.
        title_end: how many blocks the title takes at the beginning.

    Returns:
        Sections by number, and the organ that signs.
    """
    if not headings:
        return {}, signature(_texts(blocks))[0]
    sections = with_preamble({}, blocks, headings, title_end)
    organ: str | None = None
    for i, heading in enumerate(headings):
        is_last = i + 1 == len(headings)
        end = len(blocks) if is_last else headings[i + 1].at
        texts = ([heading.rest] if heading.rest else []) + _texts(
            blocks[heading.at + 1 : end], is_last
        )
        if is_last:
            organ, signed = signature(texts)
            texts = texts[: len(texts) - signed]
        sections[heading.number] = Section(heading.text.strip(), "\n".join(texts))
    return sections, organ


def with_preamble(
    sections: dict[str, Section], blocks: list[Block], headings: list[Heading], title_end: int
) -> dict[str, Section]:
    """The parts of a report with the preamble that begins behind its title."""
    parts = {number: part for number, part in sections.items() if number != "0"}
    preamble = _texts(blocks[title_end : headings[0].at], is_last=False) if headings else []
    return {"0": Section(None, "\n".join(preamble)), **parts} if preamble else parts


def _texts(blocks: list[Block], is_last: bool = True) -> list[str]:
    """The paragraphs of a part; page furniture left out.

    Args:
        blocks: the part's.
        is_last: whether the report may end in it; before that a line of the page around the
            report (its date, a counter of visits) is left out and the text goes on.
    """
    texts = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        if len(block.text) < 200 and ends_report(block.text):
            if is_last:
                break
            continue
        if not is_noise(block.text):
            texts.append(block.text)
    return texts
