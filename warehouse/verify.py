"""Proving that lake and published files are what they were written as.

Reads everything, changes nothing. The archive's part of ``gongkai verify`` is the crawler's.
"""

from __future__ import annotations

import duckdb

from warehouse import integrity, lake
from warehouse.checks.review import ReviewError, read_review
from warehouse.errors import PublishError
from warehouse.home import Home
from warehouse.lake import Key
from warehouse.plan import take_stock, version_in
from warehouse.published import attach, read_published
from warehouse.schema import load
from warehouse.schema.ddl import fill, identifier
from warehouse.schema.tables import FILES, File


def verify_lake(home: Home) -> list[str]:
    """Checks every partition's manifest and the checksum of each of its files.

    Returns:
        One sentence for each thing that is wrong, naming the file.
    """
    stock = take_stock(home)
    problems = list(stock.broken.values())
    for manifest in stock.manifests.values():
        problems += lake.damage(manifest)
    return problems


def verify_published(home: Home) -> list[str]:
    """Checks that the published files hold, row for row in number, what the lake has.

    Returns:
        One sentence for each thing that is wrong, naming the file.
    """
    problems = []
    for file in FILES:
        path = home.figures if file == "figures" else home.text
        try:
            problems += [f"{path}: {problem}" for problem in _verify_file(home, file)]
        except PublishError as error:
            problems.append(str(error))
        except duckdb.Error as error:
            problems.append(f"{path}: {str(error).splitlines()[0]}")
    return problems


def _verify_file(home: Home, file: File) -> list[str]:
    path = home.figures if file == "figures" else home.text
    present = read_published(path)
    if present is None:
        return ["is not there"] if any(lake.partitions(home)) else []
    try:
        corrected = read_review(home).corrected()
    except ReviewError as error:
        return [str(error)]
    manifests = take_stock(home).manifests
    problems = []
    same = {}
    for key, manifest in manifests.items():
        if key not in present.partitions:
            problems.append(f"{_name(key)} is in the lake and not published")
        elif present.partitions[key].version != version_in(file, manifest):
            problems.append(f"{_name(key)} is published in another version than the lake has")
        else:
            same[key] = manifest.rows()
    for key in sorted(present.partitions.keys() - manifests.keys()):
        problems.append(f"{_name(key)} is published and not in the lake")
    with duckdb.connect() as con:
        attach(con, path, "present")
        con.execute("USE present")
        for table in load().of_file(file, "partition"):
            expected = {
                key: rows.get(table.name, 0)
                for key, rows in same.items()
                # A corrected cell has a row of its own where a plain number needs none.
                if table.name != "cell" or key not in corrected
            }
            problems += _compare_rows(con, table.name, expected)
        if file == "figures":
            try:
                integrity.check(con)
            except PublishError as error:
                problems.append(str(error))
    return problems


def _compare_rows(
    con: duckdb.DuckDBPyConnection, table: str, expected: dict[Key, int]
) -> list[str]:
    # Findings of a check across reports are made at publish and not in the lake.
    rows = con.execute(
        fill(
            "SELECT province, year, count(*) FROM $table $chosen GROUP BY ALL",
            table=identifier(table),
            chosen="WHERE scope IS NULL" if table == "finding" else "",
        )
    ).fetchall()
    found = {(row[0], row[1]): row[2] for row in rows}
    return [
        f"table {table} has {found.get(key, 0)} rows of {_name(key)}, the lake {number}"
        for key, number in expected.items()
        if found.get(key, 0) != number
    ]


def _name(key: Key) -> str:
    return f"{key[0]} {key[1]}"
