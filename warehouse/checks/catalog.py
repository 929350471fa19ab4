"""The checks there are: one SQL file each, with a header, and the page that lists them.

A check's header: ``check`` (its id, the rule of its findings), ``title`` (English | Chinese),
``severity``, ``scope``, ``formula``, and ``needs: text`` where it reads table ``paragraph``. Its
SELECT reads the published tables by their plain names and returns the columns of ``COLUMNS``, one
row a finding; it must return no row where a figure it needs is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from warehouse.sql import FOLDER, read

COLUMNS = (
    "report_id",
    "other_report_id",
    "table_name",
    "item",
    "column_name",
    "expected",
    "actual",
    "message",
)
"""What a check's SELECT returns, in order."""

Scope = Literal["organ", "partition"]
"""What a check compares: the years of one organ, or the reports of one province and year."""

_KEYS = frozenset({"check", "title", "severity", "scope", "formula", "needs"})
_SEVERITIES = ("error", "warning", "info")
_SCOPES: dict[str, Scope] = {"organ": "organ", "partition": "partition"}


@dataclass(frozen=True)
class Check:
    """One check across reports.

    Attributes:
        id: the rule of its findings.
        en: title in English.
        zh: title in Chinese.
        severity: error, warning or info.
        scope: which reports it compares with each other.
        formula: what must hold, and when it is judged.
        needs_text: whether it reads the text file.
        select: the statement.
        path: its file.
    """

    id: str
    en: str
    zh: str
    severity: str
    scope: Scope
    formula: str
    needs_text: bool
    select: str
    path: Path


def read_check(path: Path) -> Check:
    """Reads one check.

    Raises:
        ValueError: the header lacks a line, has one too many, or says what cannot be.
    """
    file = read(path)
    header = file.header
    wrong = sorted(_KEYS - {"needs"} - header.keys()) or sorted(header.keys() - _KEYS)
    if wrong:
        raise ValueError(f"{path}: header lines missing or unknown: {', '.join(wrong)}")
    en, _, zh = header["title"].partition(" | ")
    scope = _SCOPES.get(header["scope"])
    if header["check"] != path.stem or not zh or header["severity"] not in _SEVERITIES:
        raise ValueError(f"{path}: check is not the file's name, or title or severity is wrong")
    if scope is None or header.get("needs", "text") != "text":
        raise ValueError(f"{path}: scope is organ or partition, needs is text")
    return Check(
        id=header["check"],
        en=en,
        zh=zh,
        severity=header["severity"],
        scope=scope,
        formula=header["formula"],
        needs_text="needs" in header,
        select=file.select,
        path=path,
    )


@cache
def checks() -> tuple[Check, ...]:
    """All checks, in the order of their file names."""
    return tuple(read_check(path) for path in sorted((FOLDER / "checks").glob("*.sql")))


@cache
def single_rules() -> dict[str, tuple[str, str]]:
    """Titles of the rules that a single report shows, in English and Chinese (``rules.yaml``)."""
    text = Path(__file__).with_name("rules.yaml").read_text(encoding="utf-8")
    return {rule: (en, zh) for rule, (en, zh) in yaml.safe_load(text).items()}


_PAGE = """\
# Checks across reports

Made from the headers of `warehouse/sql/checks/` by `python -m warehouse.checks`; edit those, not
this page. What one report shows alone (totals, balances, sentences against tables) is found when
it is read and listed [further down](#within-one-report); what follows compares reports with each
other and runs in every publish. Both kinds are rows of table `finding`, and table `rule` says what
each rule means: `scope` is null for the first, `organ` or `partition` for the second,
`other_report_id` names the report compared with. `gongkai check` lists them, worst first.

A figure that is null was not printed or could not be read: it is unknown, never 0, and no check
judges it. Severity `error`: our reading or filing may be wrong. `warning`: the documents contradict
each other. `info`: worth a look, often with a good reason.

Each file runs by itself as well: `gongkai sql "$(cat warehouse/sql/checks/carry_over.sql)"`.

| rule | title | 名称 | severity | compares | what must hold |
|---|---|---|---|---|---|
"""

_SINGLE = """
## Within one report

| rule | title | 名称 |
|---|---|---|
"""

_REVIEW = """
## Organs without a report

Table `missing_report` (`warehouse/sql/kept/missing_report.sql`) has one row for each organ of which
a report is expected and none was read, with the reason; view `coverage` counts them. Expected are
organs whose document a list promised, organs with a report within three years, and the organs of
the registry's sites. Before the statutory day nothing is missing.

## Dismissing a finding

A reviewed entry in `dismissals.yaml` of the home (or the bundled `warehouse/facts/dismissals.yaml`)
marks findings as dismissed: they stay in table `finding` with the reason in column `dismissed`, are
not counted in `report.findings`, and stay dismissed through rebuilds.

```yaml
- province: 山东省
  year: 2021
  organ: 威海市环翠区教育局     # or report: its report_id
  rule: carry_over
  table: request              # may be left out, as may item, column, expected and actual:
  item: carried_in            # they narrow it down
  reason: The organ took over the requests of a merged bureau.
  reviewer: L. Wang
  date: 2026-11-22
```

## Correcting a cell

`corrections.yaml`, in the same two places, puts another value in place of what a document prints.
Both are kept: the cell has meaning `corrected` and what is printed as `raw`, and a finding
`corrected` gives both values with the source. A correction whose `printed` is no longer what the
document says is not applied, which a finding `correction_refused` tells.

```yaml
- province: 山东省
  year: 2021
  organ: 威海市环翠区教育局     # or report: its report_id
  table: request              # proactive, request, legal_challenge or indicators
  item: received
  column: total
  printed: 15                 # a number, null for a cell without one, or the text of the cell
  corrected: 19
  source: Letter of the organ, 2022-05-03
  reason: Typing error confirmed by the organ.
  reviewer: L. Wang
  date: 2026-11-22
```

Table `review` has every entry with what became of it. `gongkai check` names entries that match
nothing any more, and ends with 2 if there are any. An entry that cannot be understood stops publish
with its file and number.
"""


def render() -> str:
    """The page ``docs/checks.md``."""
    single = (f"| `{rule}` | {en} | {zh} |\n" for rule, (en, zh) in single_rules().items())
    return _PAGE + "".join(_rows()) + _SINGLE + "".join(single) + _REVIEW


def _rows() -> Iterator[str]:
    compares = {"organ": "years of an organ", "partition": "reports of a province and year"}
    for check in checks():
        cells = (
            f"`{check.id}`",
            check.en,
            check.zh,
            check.severity,
            compares[check.scope],
            check.formula,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
