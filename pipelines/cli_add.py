"""The command ``gongkai add``: documents that came by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.manifest import ManifestBusyError, ManifestDamagedError
from crawler.registry import RegistryError, load_sites
from pipelines.adding import AddError, Told, add_files
from pipelines.cli import fail, home_of, say, sites_of


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--organ", help="Whose report it is, by full name.")
@click.option("--year", type=int, help="The year it covers.")
@click.option("--province", help="Where it belongs, by full name.")
@click.option("--url", help="Where it was published.")
@click.pass_context
def add(
    context: click.Context,
    files: tuple[Path, ...],
    organ: str | None,
    year: int | None,
    province: str | None,
    url: str | None,
) -> int:
    """Add documents that came another way to the archive and the next load.

    Year and province are read from the document where they are not given.
    """
    told = Told(organ, year, province, url)
    home = home_of(context)
    try:
        sites = load_sites(sites_of(context))
        outcome = add_files(home, files, told, sites, datetime.now(UTC), say)
    except (AddError, RegistryError, ManifestBusyError, ManifestDamagedError) as error:
        raise fail(str(error)) from error
    except OSError as error:
        # A write that fails names no file; what is written here is the archive.
        error.filename = error.filename or str(home.archive)
        raise
    for line in outcome.lines:
        click.echo(line)
    for line in outcome.refused:
        say(line)
    if outcome.due:
        say("gongkai load, then gongkai publish, bring them into the database;")
        say("with gongkai ui running this happens by itself")
    if outcome.refused:
        return 2 if outcome.lines else 1
    return 2 if outcome.unread else 0
