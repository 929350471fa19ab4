"""Commands on single documents: ``gongkai parse`` and ``gongkai original``."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from crawler.archive import ArchiveDamagedError, read_payload
from pipelines.cli import fail, home_of, say
from pipelines.documents.read import MAX_BYTES
from pipelines.reports.read import read_report
from pipelines.summary import summarise
from warehouse import query
from warehouse.facts.files import write_whole


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, a broken file too.")
def parse(files: tuple[Path, ...], as_json: bool) -> int:
    """Read documents into reports; no warehouse is touched."""
    unread = 0
    for path in files:
        report = _parse(path)
        unread += report["status"] == "rejected"
        click.echo(json.dumps(report, ensure_ascii=False) if as_json else summarise(report))
        if report["status"] == "rejected" and as_json:
            say(f"{path}: {report['error']}")
    return 2 if unread else 0


def _parse(path: Path) -> dict[str, Any]:
    """One file's report; a file that cannot be opened is a rejected one."""
    try:
        size = path.stat().st_size
        # A file beyond the limit is refused by its size, not read into memory first.
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        report = read_report(b"", str(path))
        report.error = f"cannot open the file: {error.strerror or error}"
        return report.to_json()
    report = read_report(data, str(path))
    if size > MAX_BYTES:
        report.sha256 = _hash(path)
        report.error = f"the file has {size} bytes, more than {MAX_BYTES}"
    return report.to_json()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@click.command()
@click.argument("report_id")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.pass_context
def original(context: click.Context, report_id: str, output: Path | None) -> None:
    """Give the archived bytes behind a report, with a citation line."""
    home = home_of(context)
    try:
        found = query.run(home, query.named("original"), {"report_id": report_id}).rows
    except query.QueryError as error:
        raise fail(str(error)) from error
    if not found:
        raise fail(f"no report {report_id}; table report lists them")
    warc, offset, url, fetched, sha256, organ, title, year = found[0]
    try:
        body = read_payload(home.archive, str(warc), int(str(offset))).body
    except (ArchiveDamagedError, OSError) as error:
        raise fail(f"the archive of {url}: {error}") from error
    say(f"{organ}. {title or year}. {url}. Fetched {fetched}. sha256 {sha256}.")
    if output is not None:
        write_whole(output, body)
    else:
        sys.stdout.buffer.write(body)
