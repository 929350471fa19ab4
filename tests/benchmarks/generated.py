"""A lake of made-up reports of any size, written by SQL rather than row by row.

The figures are consistent (sums add up, what is carried out is carried in) but for one report in
fifty, so that checks find what they find in real data: little.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from warehouse import lake
from warehouse.facts import forms
from warehouse.facts.divisions import PROVINCES
from warehouse.facts.files import write_whole
from warehouse.home import Home
from warehouse.schema import load
from warehouse.schema.ddl import literal

FIRST_YEAR, LAST_YEAR = 2008, 2024

_BASE = """
CREATE OR REPLACE TABLE base AS
SELECT i, $year AS year, $province AS province,
    substr(md5($province || i || ' ' || $year), 1, 16) AS report_id,
    'o' || substr(md5($province || i), 1, 12) AS organ_id,
    hash($province, i, ($year)::BIGINT) AS h,
    -- carried out of a year is carried into the next, but for one in fifty
    (hash($province, i, ($year)::BIGINT) % 3)::BIGINT AS carried_out,
    (hash($province, i, ($year - 1)::BIGINT) % 3 + (hash(i, $year) % 50 = 0)::INT)::BIGINT
        AS carried_in
FROM range($reports) AS r(i)
"""

_REQUEST_ROWS = """
CREATE OR REPLACE TABLE figure AS
WITH parts AS (
    SELECT b.report_id, b.i, e.item, e.position,
        CASE e.item WHEN 'received' THEN (b.h >> 8) % 30 + b.carried_out
            WHEN 'carried_in' THEN b.carried_in WHEN 'carried_out' THEN b.carried_out
            WHEN 'granted' THEN (b.h >> 8) % 30 + b.carried_in
            ELSE 0 END::BIGINT AS persons
    FROM base AS b, item AS e
)
SELECT *, 0::BIGINT AS none, (i % 7 = 0)::BIGINT AS firm FROM parts
"""

_TABLES = {
    "report": """
        SELECT report_id, '机关' || i || '局' AS organ, organ_id, 'p' || i % 120 AS place_id,
            's' || i % 30 AS organ_line, 'name' AS organ_rule, 's' || i % 30 AS sector,
            CASE i % 40 WHEN 0 THEN 'city' ELSE 'county' END AS level,
            CASE i % 12 WHEN 0 THEN 'government' ELSE 'department' END AS kind,
            province, '市' || i % 15 AS city, '县' || i % 120 AS county,
            lpad((i % 120)::VARCHAR, 6, '3') AS region_code, year, $form AS form,
            CASE i % 20 WHEN 0 THEN 'partial' ELSE 'complete' END AS status,
            year || '年政府信息公开工作年度报告' AS title,
            make_date(year + 1, 1, 1) + (h % 120)::INT AS published_on,
            'http://www.example' || i % 300 || '.gov.cn/' || report_id || '.html' AS url,
            md5(report_id) || md5(organ_id) AS sha256,
            make_timestamp(2026, 11, 1, 0, 0, 0) AS fetched_at, '1' AS parser,
            (i % 50 = 0)::INT AS findings
        FROM base""",
    "request": """
        SELECT report_id, $year AS year, $province AS province, item, persons AS natural_person,
            CASE WHEN item IN ('received', 'granted', 'total_processed') THEN firm ELSE 0 END
                AS commercial_enterprise,
            none AS research_institution, none AS public_welfare_org, none AS legal_service_org,
            none AS other_org,
            persons + CASE WHEN item IN ('received', 'granted', 'total_processed') THEN firm
                ELSE 0 END AS total
        FROM figure ORDER BY report_id, position""",
    "proactive": """
        SELECT report_id, year, province, item, measure,
            -- as many repealed as issued, so the stock stays, but for one in fifty
            CASE measure WHEN 'issued' THEN (h >> 20) % 4 WHEN 'repealed' THEN (h >> 20) % 4
                WHEN 'in_force' THEN i % 30 + (hash(i, year) % 50 = 0)::INT
                ELSE (h >> position) % 50 END::DOUBLE AS value
        FROM base, proactive ORDER BY report_id, position""",
    "legal_challenge": """
        SELECT report_id, year, province, channel, ((h >> 9) % 40 = 0)::BIGINT AS upheld,
            0::BIGINT AS corrected, 0::BIGINT AS other, ((h >> 19) % 90 = 0)::BIGINT AS pending,
            ((h >> 9) % 40 = 0)::BIGINT + ((h >> 19) % 90 = 0)::BIGINT AS total
        FROM base, channel ORDER BY report_id""",
    "finding": """
        SELECT report_id, year, province, 'row_total' AS rule, 'warning' AS severity,
            'request' AS table_name, 'received' AS item, 'total' AS column_name,
            4.0::DOUBLE AS expected, 5.0::DOUBLE AS actual, '合计与各项之和不符' AS message
        FROM base WHERE i % 50 = 0""",
    "cell": """
        SELECT report_id, year, province, 'request' AS table_name, 'other_rest' AS item,
            ['natural_person', 'total'][n + 1] AS column_name, 'blank' AS meaning, '' AS raw,
            NULL::INTEGER AS page, '{"row": 20, "column": 4}' AS position
        FROM base, range(2) AS t(n)""",
    "document": """
        SELECT 'http://www.example' || i % 300 || '.gov.cn/' || report_id || '.html' AS url,
            'www.example' || i % 300 || '.gov.cn' AS site, year, province, 'article' AS role,
            NULL::VARCHAR AS parent, '年度报告' AS title, report_id, organ_id,
            md5(report_id) || md5(organ_id) AS sha256, 'text/html' AS media_type,
            (h % 90000)::BIGINT AS bytes, make_timestamp(2026, 11, 1, 0, 0, 0) AS fetched_at,
            'x/2026.warc.gz' AS warc, (i * 30000)::BIGINT AS warc_offset, 'report' AS outcome,
            NULL::VARCHAR AS reason
        FROM base ORDER BY url""",
    "report_version": """
        SELECT report_id, year, province, 1 AS version, '机关' || i || '局' AS organ,
            '年度报告' AS title, $form AS form, 'complete' AS status, NULL::DATE AS published_on,
            'http://www.example' || i % 300 || '.gov.cn/' || report_id || '.html' AS url,
            md5(report_id) || md5(organ_id) AS sha256,
            make_timestamp(2026, 11, 1, 0, 0, 0) AS fetched_at, '1' AS parser, 0 AS findings,
            NULL::INTEGER AS replaced_by, NULL::TIMESTAMP AS replaced_at,
            NULL::VARCHAR AS reason, NULL::VARCHAR AS changes
        FROM base ORDER BY report_id""",
}


_STEMS = (
    "本机关认真贯彻落实政府信息公开条例",
    "全年主动公开政府信息若干条",
    "通过门户网站和政务新媒体发布",
    "收到依申请公开的申请并按期答复",
    "因政府信息公开被申请行政复议",
    "行政诉讼结果维持",
    "不断完善公开制度和保密审查机制",
    "存在公开内容不够全面的问题",
    "下一步将加强队伍建设和业务培训",
    "回应社会关切和群众诉求",
    "推进基层政务公开标准化规范化",
    "行政许可和行政处罚结果及时公示",
)

_TEXTS = """
CREATE OR REPLACE TABLE said AS
SELECT report_id, number,
    string_agg(
        stems[(x % len(stems))::INT + 1] || '，'
        -- words of two characters, the first ones more often than the last
        || array_to_string(list_transform(range(6), lambda k: words[
            1 + (pow((hash(x, k) % 10000) / 10000.0, 3) * (len(words) - 1))::INT]), '')
        || (x % 997) || '件。' || CASE WHEN part % 4 = 0 THEN chr(10) ELSE '' END,
        '' ORDER BY part) AS text
FROM (SELECT report_id, number, part, hash(report_id, number, part) >> 1 AS x
    FROM base, range(1, 7) AS n(number), range(12) AS p(part)), word
GROUP BY report_id, number
"""

_TEXT_TABLES = {
    "section": """
        SELECT report_id, year, province, number, '一、总体情况' AS heading, text
        FROM said JOIN base USING (report_id) ORDER BY report_id, number""",
    "paragraph": """
        SELECT report_id, year, province, number,
            (hash(if(i % 40 = 0, 0, i), number, part, if(i % 10 = 0, 0, year)) >> 1)::BIGINT
                AS hash,
            60 + part AS length
        FROM base, range(1, 7) AS n(number), range(2) AS p(part) ORDER BY report_id""",
}
"""A report has some 2 700 characters in six sections, and a word of its own in most of them."""


def _facts(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of the newest form, as tables to join with."""
    form = max(forms.forms(), key=lambda form: form.since)
    con.execute("CREATE TABLE item (item VARCHAR, position INTEGER)")
    for position, row in enumerate(form.request.rows):
        con.execute("INSERT INTO item VALUES (?, ?)", [row.key, position])
    con.execute("CREATE TABLE channel (channel VARCHAR)")
    for channel in form.legal_challenge.channels:
        con.execute("INSERT INTO channel VALUES (?)", [channel.key])
    con.execute("CREATE TABLE proactive (item VARCHAR, measure VARCHAR, position INTEGER)")
    # Two of 600 characters each: as many pairs as Chinese text of this kind has.
    con.execute(
        "CREATE TABLE word AS SELECT list(chr(19968 + (hash(n, 1) % 600 * 7)::INT)"
        " || chr(19968 + (hash(n, 2) % 600 * 7)::INT) ORDER BY n) AS words, $stems AS stems"
        " FROM range(30000) AS r(n)",
        {"stems": list(_STEMS)},
    )
    number = 0
    for block in form.proactive:
        for row in block.rows:
            for column in block.columns:
                number += 1
                con.execute("INSERT INTO proactive VALUES (?, ?, ?)", [row.key, column.key, number])


def write_generated(
    home: Home,
    province: str,
    year: int,
    reports: int,
    version: str = "generated",
    *,
    with_text: bool = False,
) -> None:
    """Writes one partition of ``reports`` reports with all tables of the figures."""
    with duckdb.connect() as con:
        _write(con, home, province, year, reports, version, with_text)


def _write(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    province: str,
    year: int,
    reports: int,
    version: str,
    with_text: bool,
) -> None:
    values = {
        "year": f"{year}::SMALLINT",
        "province": literal(province),
        "reports": str(reports),
        "form": "'2021'",
    }
    if not con.execute("FROM duckdb_tables() WHERE table_name = 'item'").fetchall():
        _facts(con)
    for statement in (_BASE, _REQUEST_ROWS, *([_TEXTS] if with_text else [])):
        con.execute(_filled(statement, values))
    folder = lake.folder(home, province, year)
    (folder / version).mkdir(parents=True, exist_ok=True)
    tables = {}
    for name, select in (_TABLES | (_TEXT_TABLES if with_text else {})).items():
        path = folder / version / f"{name}.parquet"
        rows_of = _filled(select, values)
        made = {row[0] for row in con.execute(f"DESCRIBE {rows_of}").fetchall()}
        columns = ", ".join(
            f"{column.name if column.name in made else 'NULL'}::{column.type} AS {column.name}"
            for column in load().tables[name].columns
        )
        con.execute(
            f"COPY (SELECT {columns} FROM ({rows_of}))"
            f" TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        rows = con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        tables[name] = {
            "file": f"{version}/{path.name}",
            "rows": rows[0] if rows else 0,
            "bytes": path.stat().st_size,
            "sha256": lake.sha256_of(path),
        }
    manifest = {
        "province": province,
        "year": year,
        "version": version,
        "schema_version": load().version,
        "tables": tables,
        "info": {"written_at": "2026-11-22T00:00:00+00:00"},
    }
    write_whole(folder / lake.MANIFEST, json.dumps(manifest, ensure_ascii=False))


def _filled(statement: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        statement = statement.replace(f"${name}", value)
    return statement


def make_lake(root: Path, reports: int, *, with_text: bool = False) -> Home:
    """A lake of about ``reports`` reports: every province and year, evenly."""
    home = Home(root)
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    names = PROVINCES
    each = max(1, reports // (len(years) * len(names)))
    with duckdb.connect() as con:
        for year in years:
            for province in names:
                _write(con, home, province, year, each, "generated", with_text)
    return home
