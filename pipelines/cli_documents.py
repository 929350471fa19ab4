"""Commands on single documents: ``gongkai parse`` and ``gongkai original``."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from crawler.archive import ArchiveDamagedError, read_payload
from pipelines.cli import fail, home_of, say
from pipelines.conversion import Task
from pipelines.documents.read import MAX_BYTES, read_document
from pipelines.explain import explain as explanation
from pipelines.explain_pages import mark_pages
from pipelines.given import size_of_file
from pipelines.reports.read import Context, read_whole
from pipelines.summary import summarise
from pipelines.workers import readers
from warehouse import query
from warehouse.facts.files import write_whole


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, a broken file too.")
@click.option("--explain", is_flag=True, help="Every table beside its source; pictures of pages.")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("explained"),
    show_default=True,
    help="Where --explain writes pictures of pages with the cells marked.",
)
def parse(files: tuple[Path, ...], as_json: bool, explain: bool, pictures: Path) -> int:
    """Read documents into reports; no warehouse is touched."""
    unread = 0
    with readers(min(os.cpu_count() or 1, len(files))) as pool:
        for path, report in zip(files, pool.read(_task(f) for f in files), strict=True):
            _explain_size(path, report)
            unread += report["status"] == "rejected"
            if explain and report["status"] != "rejected":
                _explain(path, pictures / path.name)
            else:
                click.echo(json.dumps(report, ensure_ascii=False) if as_json else summarise(report))
            if report["status"] == "rejected" and as_json:
                say(f"{path}: {report['error']}")
    return 2 if unread else 0


def _explain(path: Path, pictures: Path) -> None:
    """Shows one file that a worker has read before, so that it is known to be harmless."""
    data = path.read_bytes()
    document = read_document(data, str(path))
    report = read_whole(document, str(path), "", Context())
    click.echo(explanation(report, document))
    for picture in mark_pages(report, document, data, pictures):
        say(f"{picture}")


def _task(path: Path) -> Task:
    """One file to read; one that is too long or cannot be opened is an empty one here."""
    try:
        # A file beyond the limit is refused by its size, not read into memory first.
        data = path.read_bytes() if size_of_file(path) <= MAX_BYTES else b""
    except OSError:
        data = b""
    return Task(data, str(path))


def _explain_size(path: Path, report: dict[str, Any]) -> None:
    """Says why nothing was read of a file that was not opened; nobody knows its checksum."""
    try:
        size = size_of_file(path)
        with path.open("rb") as file:
            if size > MAX_BYTES:
                report["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
                report["error"] = f"the file has {size} bytes, more than {MAX_BYTES}"
    except OSError as error:
        report["error"] = f"cannot open the file: {error.strerror or error}"
        report["sha256"] = None


@click.command()
@click.argument("report_id")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("--version", type=int, help="An earlier version; table report_version lists them.")
@click.pass_context
def original(
    context: click.Context, report_id: str, output: Path | None, version: int | None
) -> None:
    """Give the archived bytes behind a report, with a citation line."""
    home = home_of(context)
    wanted = {"report_id": report_id, "version": version}
    try:
        found = query.run(home, query.named("original"), wanted).rows
    except query.QueryError as error:
        raise fail(str(error)) from error
    if not found:
        which = f"version {version} of " if version else ""
        raise fail(f"no {which}report {report_id}; table report_version lists them")
    warc, offset, url, fetched, sha256, organ, title, year, number = found[0]
    try:
        body = read_payload(home.archive, str(warc), int(str(offset))).body
    except (ArchiveDamagedError, OSError) as error:
        raise fail(f"the archive of {url}: {error}") from error
    edition = f" Version {number}." if version else ""
    say(f"{organ}. {title or year}. {url}. Fetched {fetched}. sha256 {sha256}.{edition}")
    if output is not None:
        write_whole(output, body)
    else:
        sys.stdout.buffer.write(body)
