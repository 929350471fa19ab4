"""``gongkai archive``: what the archive takes, and compacting it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import click

from crawler.archive import ArchiveDamagedError
from crawler.compaction import Size, compact, size_of
from crawler.manifest import ManifestBusyError, ManifestDamagedError
from pipelines.cli import fail, home_of, say
from pipelines.locks import province_lock
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home
from warehouse.output import as_table
from warehouse.query import Result


@click.command()
@click.option("--compact", "compacting", is_flag=True, help="Bring each province into one file.")
@click.pass_context
def archive(context: click.Context, compacting: bool) -> None:
    """Show what the archive takes, by province; bring its files together."""
    home = home_of(context)
    held = [p for p in PROVINCES if size_of(home.archive, p).files]
    for province in held if compacting else ():
        _compact(home, province)
    sizes = [(province, size_of(home.archive, province)) for province in held]
    rows: list[tuple[object, ...]] = [(p, *_cells(size)) for p, size in sizes]
    total = Size(
        *(sum(getattr(s, name) for _, s in sizes) for name in ("files", "bytes", "records"))
    )
    rows.append(("all", *_cells(total)))
    columns = ("province", "files", "megabytes", "records")
    click.echo(as_table(Result(columns, ("VARCHAR", "INTEGER", "DOUBLE", "INTEGER"), rows)))


def _cells(size: Size) -> tuple[object, ...]:
    return size.files, round(size.bytes / 1e6, 2), size.records


def _compact(home: Home, province: str) -> None:
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}"
    with province_lock(home, province, say):
        try:
            before, after = compact(home.archive, province, run_id)
        except (ArchiveDamagedError, ManifestBusyError, ManifestDamagedError) as error:
            raise fail(f"{province}: {error}") from error
    say(f"{province}: {before.files} files to {after.files}, {before.bytes} to {after.bytes} bytes")
