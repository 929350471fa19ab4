"""All checks across reports on generated reports: the whole file, and one changed partition.

Times are processor time of both threads together: the machine may be busy with other work.

``GONGKAI_BENCH_REPORTS`` sets how many (default 17 000; the stated goal is for a million). The rows
are made by DuckDB itself: 25 request rows, 12 of table two, 3 of table four and 8 paragraphs a
report, over 33 provinces and 17 years, with contradictions strewn in.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import checks, dimensions
from warehouse.facts.divisions import PROVINCES
from warehouse.schema import ddl, load

_REPORTS = int(os.environ.get("GONGKAI_BENCH_REPORTS", "17000"))
_YEARS = range(2008, 2025)
_ITEMS = [
    "received",
    "carried_in",
    "granted",
    "partially_granted",
    "denied_state_secret",
    "denied_other_law",
    "denied_security_stability",
    "denied_third_party",
    "denied_internal_affairs",
    "denied_process_info",
    "denied_enforcement_file",
    "denied_admin_inquiry",
    "unavailable_not_held",
    "unavailable_needs_creation",
    "unavailable_unclear",
    "unprocessed_petition",
    "unprocessed_repeat",
    "unprocessed_publication",
    "unprocessed_excessive",
    "unprocessed_confirm",
    "other_not_corrected",
    "other_unpaid",
    "other_rest",
    "total_processed",
    "carried_out",
]
_MEASURES = [
    "regulation.issued",
    "regulation.repealed",
    "regulation.in_force",
    "normative_document.issued",
    "normative_document.repealed",
    "normative_document.in_force",
    "administrative_license.decisions",
    "administrative_penalty.decisions",
    "administrative_compulsion.decisions",
    "administrative_fee.amount",
    "procurement.projects",
    "procurement.amount",
]

_ORGANS = """
CREATE TEMP TABLE body AS
SELECT md5('organ' || i)[:16] AS organ_id, '机关' || i AS organ, i AS n,
    $provinces[1 + i % len($provinces)] AS province,
    if(i % 25 = 0, 'government', 'department') AS kind, '市' || i // 825 AS city,
    '县' || (i // 33) // 25 AS county
FROM range($organs) AS t(i)
"""
_REPORT = """
INSERT INTO build.report BY NAME
SELECT organ_id || '-' || $year AS report_id, organ, organ_id, 'county' AS level, kind, province,
    city, county, $year AS year, '2021' AS form, 'complete' AS status,
    make_date($year + 1, 1, 1) + (hash(n, $year) % 90)::INTEGER AS published_on,
    'http://www.example.gov.cn/' || organ_id || $year AS url, md5(organ_id || $year) AS sha256,
    0 AS findings
FROM body ORDER BY province, organ_id
"""
_REQUEST = """
INSERT INTO build.request
SELECT organ_id || '-' || $year, $year, province, item, made(seed, n, 0), made(seed, n, 1),
    made(seed, n, 2), made(seed, n, 3), made(seed, n, 4), made(seed, n, 5),
    made(seed, n, 0) + made(seed, n, 1) + made(seed, n, 2) + made(seed, n, 3) + made(seed, n, 4)
    + made(seed, n, 5)
FROM (
    SELECT organ_id, n, province, item, CASE item
        -- What one year carries out the next carries in, but for one pair in fifty.
        WHEN 'carried_in' THEN n * 100 + $year - 1 + if(hash(n, $year) % 50 = 0, 7, 0)
        WHEN 'carried_out' THEN n * 100 + $year
        ELSE (hash(n, item, $year) >> 16)::BIGINT END AS seed
    FROM body, (SELECT unnest($items) AS item)
) ORDER BY province, organ_id
"""
_PROACTIVE = """
INSERT INTO build.proactive
SELECT organ_id || '-' || $year, $year, province, split_part(part, '.', 1),
    split_part(part, '.', 2),
    -- Nothing is issued or repealed, but for one stock in fifty; figures jump seldom.
    CASE WHEN part LIKE '%.in_force' THEN n % 30 + if(hash(n, part, $year) % 50 = 0, 1, 0)
        WHEN part LIKE '%.issued' OR part LIKE '%.repealed' THEN 0
        ELSE if(hash(n, part, $year) % 200 = 0, 900, 10) + hash(n, part, $year) % 7 END
FROM body, (SELECT unnest($measures) AS part) ORDER BY province, organ_id
"""
_CHALLENGE = """
INSERT INTO build.legal_challenge
SELECT organ_id || '-' || $year, $year, province, channel, 1, 0, 0, 0, 1 + hash(n, $year) % 3
FROM body, (SELECT unnest(['reconsideration', 'litigation_direct',
    'litigation_after_reconsideration']) AS channel) ORDER BY province, organ_id
"""
_PARAGRAPH = """
INSERT INTO words.paragraph
SELECT organ_id || '-' || $year, $year, province, 1 + place % 6,
    (hash(if(n % 40 = 0, 0, n), place, if(n % 10 = 0, 0, $year)) >> 1)::BIGINT, 60 + place
FROM body, range(8) AS t(place) ORDER BY province, organ_id
"""


@dataclass(frozen=True)
class Timed:
    """One line of the results."""

    work: str
    seconds: float
    goal: float

    def __str__(self) -> str:
        verdict = "reached" if self.seconds <= self.goal else "NOT reached"
        return f"{self.work}: {self.seconds:.2f} s, goal {self.goal:g} s {verdict}"


def make_figures(con: duckdb.DuckDBPyConnection, reports: int) -> None:
    """Fills the attached databases ``build`` and ``words`` with generated rows."""
    con.execute("USE build")
    for table in load().of_file("figures"):
        con.execute(ddl.create_table(table))
    con.execute("USE words")
    con.execute(ddl.create_table(load().tables["paragraph"]))
    con.execute("USE build")
    provinces = list(PROVINCES)
    con.execute(_ORGANS, {"provinces": provinces, "organs": reports // len(_YEARS)})
    # Few requests for most, many for some: the first digits of a hash, cut small.
    con.execute("CREATE TEMP MACRO made(seed, n, k) AS (hash(seed, k) % 100 // 90) * (1 + n % 40)")
    for year in _YEARS:
        con.execute(_REPORT, {"year": year})
        con.execute(_REQUEST, {"year": year, "items": _ITEMS})
        con.execute(_PROACTIVE, {"year": year, "measures": _MEASURES})
        con.execute(_CHALLENGE, {"year": year})
        con.execute(_PARAGRAPH, {"year": year})
    con.execute(
        "INSERT INTO build.partition SELECT DISTINCT province, year, 'v', 0, NULL FROM report"
    )
    dimensions.fill_statutory_day(con)


def _take(
    con: duckdb.DuckDBPyConnection, work: checks.Work, changed: set[tuple[str, int]] | None
) -> float:
    begun = time.process_time()
    con.execute("BEGIN")
    con.execute(ddl.create_table(load().tables["review"]))
    for province, year in changed or ():
        con.execute("DELETE FROM finding WHERE province = ? AND year = ?", [province, year])
    checks.run_all(con, work, changed)
    con.execute("COMMIT")
    return time.process_time() - begun


def figures() -> list[Timed]:
    """Two figures: everything checked, and what one changed partition touches."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        con.execute("SET threads = 2")
        con.execute(f"SET temp_directory = '{folder}/spill'")
        con.execute("SET memory_limit = '2GB'")
        con.execute(f"ATTACH '{folder}/build.duckdb' AS build")
        con.execute(f"ATTACH '{folder}/words.duckdb' AS words")
        make_figures(con, _REPORTS)
        con.execute("CHECKPOINT build")
        work = checks.Work(checks.Review(), dt.date(2026, 11, 22), Path(folder))
        everything = _take(con, work, None)
        found = con.execute("SELECT count(*) FROM finding").fetchone()
        con.execute("CHECKPOINT build")
        shutil.copyfile(f"{folder}/build.duckdb", f"{folder}/before.duckdb")
        con.execute(f"ATTACH '{folder}/before.duckdb' AS before (READ_ONLY)")
        # One report in twenty of the partition is another one.
        con.execute(
            "UPDATE request SET natural_person = natural_person + 1"
            " WHERE province = ? AND year = 2021 AND hash(report_id) % 20 = 0",
            [PROVINCES[14]],
        )
        after = checks.Work(checks.Review(), work.today, work.text, Path(folder))
        part = min(_take(con, after, {(PROVINCES[14], 2021)}) for _ in range(3))
    return [
        Timed(
            f"all checks on {_REPORTS} reports ({found[0] if found else 0} findings)",
            everything,
            60,
        ),
        Timed(f"checks after one changed partition of {_REPORTS} reports", part, 0.5),
    ]
