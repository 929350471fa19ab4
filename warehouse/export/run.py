"""One export: what is chosen, and a folder that appears whole.

The folder is made aside and renamed; an older export in its place is replaced, anything else
refused. What is in the files is their modules'.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.export.package import DESCRIPTOR, descriptor, words
from warehouse.export.tables import write_csv, write_parquet
from warehouse.export.workbook import write_workbook
from warehouse.home import Home
from warehouse.published import attach
from warehouse.query import unpublished

FORMATS = ("parquet", "csv", "xlsx")


class ExportError(Exception):
    """Nothing was exported; the message names the file or folder."""


@dataclass(frozen=True)
class Selection:
    """Which reports are exported; an empty field leaves none out.

    Attributes:
        years: years covered.
        provinces: province keys.
        organs: parts of the organ's name, newest or as printed, or its organ_id.
    """

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exported:
    """What was exported.

    Attributes:
        folder: where it is.
        reports: number of reports.
        files: number of files.
    """

    folder: Path
    reports: int
    files: int


def export(
    home: Home, target: Path, selection: Selection, formats: Collection[str] = FORMATS
) -> Exported:
    """Exports the published files to a folder.

    Args:
        home: whose files.
        target: the folder; made, or an older export replaced.
        selection: which reports.
        formats: of ``FORMATS``.

    Raises:
        ExportError: nothing is published, nothing is chosen, the folder holds something else or
            cannot be written; what was there before stands.
    """
    target = target.absolute()
    _check_target(target)
    if not home.figures.exists():
        raise ExportError(unpublished(home))
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with duckdb.connect() as con:
            reports = _open(con, home, selection)
            if not reports:
                raise ExportError("no report fits the selection")
            _write(con, aside, formats)
        files = sum(path.is_file() for path in aside.rglob("*"))
        _put_in_place(aside, target)
    except OSError as error:
        raise ExportError(f"{error.filename or target}: {error.strerror}") from error
    except duckdb.Error as error:
        raise ExportError(f"{target}: {str(error).splitlines()[0]}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Exported(target, reports, files)


def _write(con: duckdb.DuckDBPyConnection, aside: Path, formats: Collection[str]) -> None:
    resources: list[dict[str, object]] = []
    if "csv" in formats:
        resources += write_csv(con, aside)
    if "parquet" in formats:
        resources += write_parquet(con, aside)
    if "xlsx" in formats:
        write_workbook(con, aside / words()["file"])
    text = json.dumps(descriptor(con, resources, aside), ensure_ascii=False, indent=1)
    (aside / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def _check_target(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportError(f"{target} is a file; an export is a folder")
    if any(target.iterdir()) and not _is_export(target):
        raise ExportError(f"{target} holds something else; name a new or an empty folder")


def _is_export(target: Path) -> bool:
    try:
        found = json.loads((target / DESCRIPTOR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("name") == words()["package"]["name"]


def _put_in_place(aside: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _open(con: duckdb.DuckDBPyConnection, home: Home, selection: Selection) -> int:
    """Attaches the files and makes ``chosen``, the reports of the selection, and ``chosen_year``.

    The second has the provinces and years of the selection, also those of which no report was
    found: what is missing there is exported too. Chosen organs narrow it to their reports.
    """
    attach(con, home.figures, "gongkai")
    if home.text.exists():
        attach(con, home.text, "text")
    con.execute("USE gongkai")
    row = con.execute(
        """
        CREATE TEMP TABLE chosen AS
        SELECT r.report_id, r.province, r.year FROM report AS r
        WHERE (len($years) = 0 OR list_contains($years, r.year))
          AND (len($provinces) = 0 OR list_contains($provinces, r.province))
          AND (len($organs) = 0 OR list_contains($organs, r.organ_id)
            OR len(list_filter($organs, lambda part: contains(r.organ, part))) > 0
            OR r.organ_id IN (
                SELECT o.organ_id FROM organ AS o
                WHERE len(list_filter($organs, lambda part: contains(o.organ, part))) > 0))
        """,
        {
            "years": list(selection.years),
            "provinces": list(selection.provinces),
            "organs": list(selection.organs),
        },
    )
    con.execute(
        """
        CREATE TEMP TABLE chosen_year AS
        SELECT p.province, p.year FROM partition AS p
        WHERE (len($years) = 0 OR list_contains($years, p.year))
          AND (len($provinces) = 0 OR list_contains($provinces, p.province))
          AND (len($organs) = 0
            OR (p.province, p.year) IN (SELECT (province, year) FROM chosen))
        """,
        {
            "years": list(selection.years),
            "provinces": list(selection.provinces),
            "organs": list(selection.organs),
        },
    )
    row = con.execute("SELECT count(*) FROM chosen")
    return int((row.fetchone() or (0,))[0])
