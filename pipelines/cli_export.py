"""The command ``gongkai export``."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli import fail, home_of, say
from warehouse.export import ExportError, Selection
from warehouse.export import export as export_files
from warehouse.export.run import FORMATS


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--year", "years", type=int, multiple=True)
@click.option("--province", "provinces", multiple=True)
@click.option("--organ", "organs", multiple=True, help="Part of an organ's name, or its organ_id.")
@click.option(
    "--format", "forms", type=click.Choice(FORMATS), multiple=True, help="Default: all of them."
)
@click.pass_context
def export(
    context: click.Context,
    folder: Path,
    years: tuple[int, ...],
    provinces: tuple[str, ...],
    organs: tuple[str, ...],
    forms: tuple[str, ...],
) -> None:
    """Export Parquet, CSV, an Excel workbook and a data package descriptor to a folder."""
    selection = Selection(years, provinces, organs)
    try:
        done = export_files(home_of(context), folder, selection, forms or FORMATS)
    except ExportError as error:
        raise fail(str(error)) from error
    say(f"{done.reports} reports in {done.files} files; {done.folder}")
