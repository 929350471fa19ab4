"""``gongkai sites``: the registry."""

from __future__ import annotations

from pathlib import Path

import click
import yaml

from crawler.launch import DiscoveryError, run_discovery
from crawler.registry import RegistryError, Site, check_sites, load_sites
from pipelines.cli import delay_of, fail, sites_of
from warehouse.output import as_table
from warehouse.query import Result


def _load(path: Path | None) -> list[Site]:
    try:
        return load_sites(path)
    except RegistryError as error:
        raise fail(str(error)) from error


@click.group()
def sites() -> None:
    """The registry of sites."""


@sites.command("list")
@click.pass_context
def list_sites(context: click.Context) -> None:
    """List all sites."""
    rows: list[tuple[object, ...]] = [
        (s.province, s.city, s.county, s.name, s.host, s.cms, len(s.columns))
        for s in _load(sites_of(context))
    ]
    columns = ("province", "city", "county", "name", "host", "cms", "columns")
    click.echo(as_table(Result(columns, (*("VARCHAR",) * 6, "INTEGER"), rows)))


@sites.command()
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(context: click.Context, file: Path | None) -> None:
    """Validate a registry file or directory (without one, the registry in use)."""
    found = _load(file or sites_of(context))
    faults = check_sites(found)
    if faults:
        raise fail("\n".join(faults))
    click.echo(f"{len(found)} sites in {len({s.province for s in found})} provinces, all valid")


@sites.command()
@click.argument("url")
@click.pass_context
def discover(context: click.Context, url: str) -> None:
    """Find a site's annual-report column from its home page; prints a registry entry."""
    home = url if "//" in url else f"http://{url}/"
    try:
        entry = run_discovery(home, delay_of(context), lambda line: click.echo(line, err=True))
    except DiscoveryError as error:
        raise fail(str(error)) from error
    click.echo(yaml.safe_dump([entry], allow_unicode=True, sort_keys=False), nl=False)
