"""Table three out of a stream: rows by their labels in the form's order, figures behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from pipelines.reports.labels import core
from pipelines.reports.model import Figure, Finding, Position, TableRead
from pipelines.reports.torn_labels import Element, Hit, element, find_chain
from pipelines.reports.torn_readings import Readings, read_row, unsure
from pipelines.reports.torn_request_head import columns_of, find_head, head_top
from pipelines.reports.torn_search import Equation, choose, equations_of, holds
from pipelines.reports.torn_stream import BLANK, Stream, Token, beginning
from warehouse.facts.files import load_yaml
from warehouse.facts.forms import Form, form, forms

TABLE = "request"
_FEWEST_ROWS = 6
_TOTAL = "total"


@dataclass
class Ink:
    """What stands behind one label.

    Attributes:
        tokens: its figures.
        apart: they stand on another line than the label.
        loose: on one behind the whole label that holds no words.
        again: figures behind a second print of the label.
        stray: figures behind other words, before the next label.
        broken: those words are not just a sum that the organ added.
        stray_rows: the same, whether or not the row has figures of its own.
    """

    tokens: list[Token] = field(default_factory=list)
    apart: bool = False
    loose: bool = False
    again: list[Token] = field(default_factory=list)
    stray: list[Token] = field(default_factory=list)
    broken: bool = False
    stray_rows: bool = False


@dataclass
class Torn:
    """A table found in the stream.

    Attributes:
        read: what was read.
        span: the stretch of text it took.
        shuffled: its head names the columns in another order than the form.
    """

    read: TableRead
    span: tuple[int, int]
    shuffled: bool = False


@cache
def _elements() -> tuple[Element, ...]:
    """The rows of all forms in printed order; a row of an older form before those it stands for."""
    newest, *older = forms()
    rows = [element(r) for r in newest.request.rows]
    for other in older:
        keys = [r.key for r in other.request.rows]
        for label in other.request.rows:
            if label.key not in {r.key for r in rows}:
                before = keys[keys.index(label.key) - 1]
                rows.insert([r.key for r in rows].index(before) + 1, element(label))
    return tuple(rows)


def read_torn_request(stream: Stream, year: int | None) -> Torn | None:
    """Table three, or None when the stream does not hold it.

    Args:
        stream: the text.
        year: the report year; tells the form when the rows do not.
    """
    elements = _elements()
    chain = find_chain(stream, elements)
    if len(chain) < _FEWEST_ROWS:
        return None
    head = find_head(stream, chain[0])
    inks, end = _inks(stream, chain, elements)
    if not _is_table(inks) or _is_mess(inks):
        return None
    found = columns_of(head, [i.tokens for i in inks.values()])
    columns = found.columns
    if _stand_before(stream, head.start, chain[0]) or _is_broken(inks, len(columns)):
        for ink in inks.values():
            ink.broken = ink.broken or ink.loose
    table = table_of(inks, columns, form(_form(inks, year)), found.assumed)
    if found.perhaps:
        _doubt_order(table, columns, found.perhaps)
    table.findings += _stray(stream, inks)
    top = head_top(stream, beginning(stream, head.start))
    return Torn(table, (top, end), bool(found.perhaps))


def _doubt_order(table: TableRead, columns: list[str], perhaps: list[str]) -> None:
    """Makes figures unreadable that are others' when the columns stand in another order."""
    for row in table.figures.values():
        values = [row[c].value for c in columns]
        for place, column in enumerate(columns):
            if values[place] != values[perhaps.index(column)]:
                row[column] = Figure(None, "unreadable", row[column].raw or str(values[place]))


def table_of(
    inks: dict[str, Ink], columns: list[str], rules: Form, assumed: bool = False
) -> TableRead:
    """The table that the ink behind its labels makes.

    Args:
        inks: per item of the form what is printed of it.
        columns: the columns, in printed order.
        rules: the form.
        assumed: whether the columns are, since no head tells them.
    """
    table = TableRead(rules.id)
    figures = _figures(inks, columns, rules, table.findings)
    _complete(table, figures, columns, assumed)
    return table


def _inks(
    stream: Stream, chain: list[Hit], elements: tuple[Element, ...]
) -> tuple[dict[str, Ink], int]:
    """What stands behind every label, and the table's end."""
    inks: dict[str, Ink] = {}
    end = stream.places[chain[-1].end - 1] + 1
    for i, hit in enumerate(chain):
        one = elements[hit.element]
        is_last = i + 1 == len(chain)
        limit = hit.end if is_last else chain[i + 1].start
        ink = inks[one.key] = Ink()
        tokens = stream.tokens_between(hit.start, limit)
        for token in tokens:
            between = stream.letters[hit.end : token.at]
            if token.at <= hit.end or _belongs(stream, hit, token):
                ink.tokens.append(token)
            elif any(between.endswith(w) for w in one.wordings):
                ink.again.append(token)
            elif token.text != BLANK:
                ink.stray.append(token)
                ink.stray_rows = ink.stray_rows or not _is_subtotal(between)
                ink.broken = ink.broken or (bool(ink.tokens) and not _is_subtotal(between))
        own = stream.line_of(hit.end - 1)
        printed = [t for t in ink.tokens if t.text != BLANK]
        ink.apart = bool(printed) and printed[0].line != own
        ink.loose = ink.apart and printed[0].at >= hit.end and _is_wordless(stream, printed[0])
        if is_last and printed:
            end = max(end, printed[-1].end)
    return inks, end


def _is_wordless(stream: Stream, token: Token) -> bool:
    """Whether nothing but figures and signs stands on a figure's line."""
    begin = stream.text.rfind("\n", 0, token.start) + 1
    stop = stream.text.find("\n", token.end)
    return not any(c.isalpha() for c in stream.text[begin:stop])


def _is_table(inks: dict[str, Ink]) -> bool:
    """Whether rows print several figures each; a sentence names one behind each label."""
    printed = [i.tokens for i in inks.values() if any(t.text != BLANK for t in i.tokens)]
    several = [t for t in printed if len(t) > 1 or (t[0].digits and len(t[0].text) > 1)]
    return len(printed) >= _FEWEST_ROWS // 2 and 2 * len(several) >= len(printed)


def _is_mess(inks: dict[str, Ink]) -> bool:
    """Whether many labels have no figures, although enough for most stand elsewhere in the table.

    An extractor that follows columns or blocks leaves the figures behind a label to chance.
    """
    empty = sum(all(t.text == BLANK for t in i.tokens) for i in inks.values())
    strays = sum(len(i.stray) for i in inks.values())
    return 3 * empty > len(inks) and strays > len(inks)


def _stand_before(stream: Stream, head_start: int, first: Hit) -> bool:
    """Whether figures stand between the head and the first label.

    They may be the first row's, and those on lines of their own behind a label the next one's.
    """
    own = stream.line_of(first.start)
    return any(
        t.text != BLANK and t.line < own for t in stream.tokens_between(head_start, first.start)
    )


def _is_broken(inks: dict[str, Ink], columns: int) -> bool:
    """Whether figures stand behind words that are no label, or those of two rows behind one.

    From there on, figures on lines of their own may stand before their labels.
    """
    return any(
        ink.stray_rows or sum(t.text != BLANK for t in ink.tokens) > columns + 1
        for ink in inks.values()
    )


def _is_subtotal(words: str) -> bool:
    """Whether words end in the name of a sum that an organ adds to the form."""
    return load_yaml("torn.yaml")["subtotal"] in core(words)[-3:]


def _belongs(stream: Stream, hit: Hit, token: Token) -> bool:
    """Whether nothing but a remark in brackets stands between a label and a figure."""
    text = stream.text[stream.places[hit.end - 1] + 1 : token.start]
    rest = re.sub(r"\([^()]{0,30}\)", "", text)
    return len(rest) < len(text) and not any(c.isalpha() for c in rest)


def _form(inks: dict[str, Ink], year: int | None) -> str:
    """The form whose own rows print figures; by the year when none does."""
    seen = {k for k, i in inks.items() if any(t.text != BLANK for t in i.tokens)}
    for candidate in forms():
        others = {r.key for f in forms() if f is not candidate for r in f.request.rows}
        if seen & ({r.key for r in candidate.request.rows} - others):
            return candidate.id
    known = [f.id for f in forms() if year is not None and f.since <= year]
    return known[0] if known else forms()[0].id


def _figures(
    inks: dict[str, Ink], columns: list[str], rules: Form, findings: list[Finding]
) -> dict[str, list[Figure]]:
    """The figures of the rows that are printed, in the order of ``columns``."""
    items = [r.key for r in rules.request.rows]
    whole = len(columns) == len(rules.request.columns)
    total = columns.index(_TOTAL) if whole else None
    rows: dict[str, Readings] = {}
    for item in items:
        if item in inks:
            rows[item] = read_row(
                inks[item].tokens, len(columns), (total,) if total == len(columns) - 1 else ()
            )
            findings += _repeated(item, inks[item])
    equations = equations_of(rules)
    _doubt_neighbours(rows, inks, items, equations, len(columns))
    chosen = choose(rows, equations, len(columns), total)
    _doubt_empty(rows, chosen)
    figures: dict[str, list[Figure]] = {}
    for item, row in chosen.items():
        raw = rows[item].raw
        figures[item] = row or [Figure(None, "unreadable", raw) for _ in columns]
        if rows[item].doubt:
            figures[item] = unsure(figures[item])
        if rows[item].short and row:
            findings.append(_short(item))
    return figures


def _doubt_neighbours(
    rows: dict[str, Readings],
    inks: dict[str, Ink],
    items: list[str],
    equations: list[Equation],
    columns: int,
) -> None:
    """Figures that may be another row's stand only when every sum holds with them.

    They may be next to a row that is missing, when they stand on a line of their own, and where
    words that are no label and more figures follow.
    """
    doubtful = [
        item
        for here, item in enumerate(items)
        if item in rows
        and (
            (
                inks[item].apart
                and any(n not in rows or not inks[n].tokens for n in _around(items, here))
            )
            or inks[item].broken
        )
    ]
    sure = {k: r.options[0].figures for k, r in rows.items() if r.sure}
    if not doubtful or (len(sure) == len(items) and holds(sure, equations, columns)):
        return
    for item in doubtful:
        rows[item].options, rows[item].sure = [], False


def _around(items: list[str], at: int) -> list[str]:
    return [items[i] for i in (at - 1, at + 1) if 0 <= i < len(items)]


def _doubt_empty(rows: dict[str, Readings], chosen: dict[str, list[Figure] | None]) -> None:
    """A label without figures is a blank row only in a table that leaves cells blank."""
    leaves_blank = any(r.short and r.raw for r in rows.values())
    for item, row in rows.items():
        if row.short and not row.raw and not leaves_blank:
            chosen[item] = None


def _repeated(item: str, ink: Ink) -> list[Finding]:
    """A row that is printed twice must agree with itself."""
    first = [t.text for t in ink.tokens if t.text != BLANK]
    again = [t.text for t in ink.again if t.text != BLANK]
    if not again or again == first:
        return []
    return [
        Finding(
            "row_repeated",
            "warning",
            "the row is printed twice with different figures; the first is kept",
            TABLE,
            item,
            None,
            " ".join(first)[:80],
            " ".join(again)[:80],
        )
    ]


def _short(item: str) -> Finding:
    return Finding(
        "short_row", "warning", "fewer figures than columns are left of the row", TABLE, item
    )


def _complete(
    table: TableRead, figures: dict[str, list[Figure]], columns: list[str], assumed: bool
) -> None:
    """Every row and column of the form; what is not printed is null and says so."""
    rules = form(table.form or "").request
    order = [c.key for c in rules.columns]
    for label in rules.rows:
        row = dict(zip(columns, figures[label.key], strict=True)) if label.key in figures else {}
        if not row:
            table.findings.append(
                Finding("absent_row", "warning", "the row is not printed", TABLE, label.key)
            )
        table.figures[label.key] = {
            c: row.get(c) or Figure(None, "absent", "", Position()) for c in order
        }
    for column in order:
        if column not in columns:
            table.findings.append(
                Finding(
                    "absent_column", "warning", "the column is not printed", TABLE, None, column
                )
            )
    if assumed:
        table.findings.append(
            Finding(
                "head_assumed", "warning", "the table's head is missing; columns by order", TABLE
            )
        )
    table.findings.append(
        Finding("torn", "info", "the table's cells have lost their boundaries", TABLE)
    )


def _stray(stream: Stream, inks: dict[str, Ink]) -> list[Finding]:
    """Rows of figures behind words that are no label of the form."""
    found: dict[int, str] = {}
    for token in (t for ink in inks.values() for t in ink.stray):
        words = stream.letters[max(0, token.at - 12) : token.at]
        found.setdefault(token.at, words)
    return [
        Finding(
            "subtotal_row" if _is_subtotal(words) else "unknown_row",
            "info" if _is_subtotal(words) else "error",
            f"figures behind words that are no row of the form: {words}",
            TABLE,
        )
        for words in found.values()
    ]
