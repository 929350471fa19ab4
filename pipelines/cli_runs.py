"""Commands that collect: ``gongkai run``, ``demo``, ``backfill``, single stages and ``ui``."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import click

from crawler.manners import parse_quiet_hours
from pipelines.alone import run_stages
from pipelines.cli import delay_of, fail, home_of, keep, kept, say, sites_of
from pipelines.collect import collect
from pipelines.locks import province_lock
from pipelines.orders import Order, OrderError, make_order
from pipelines.troubles import find_troubles, trouble_lines
from pipelines.ui import Part, UiError, launch_ui
from pipelines.verdicts import Verdicts
from warehouse.errors import PublishError
from warehouse.home import Home
from warehouse.published import read_published

Command = Callable[..., Any]
_LOAD = ("parse", "load")


def selectors(command: Command) -> Command:
    """The options that choose what to collect."""
    options = [
        click.option("--year", "years", type=int, multiple=True, help="Covered year; repeatable."),
        click.option("--province", "provinces", multiple=True, help="Full name; repeatable."),
        click.option("--site", "hosts", multiple=True, help="Host of the registry; repeatable."),
    ]
    chosen = functools.reduce(lambda made, option: option(made), reversed(options), command)
    return crawl_options(chosen)


def crawl_options(command: Command) -> Command:
    """The options that say how sites are asked."""
    command = click.option(
        "--quiet-hours",
        callback=keep,
        expose_value=False,
        help="Hours without requests, in China's time, such as 8-18.",
    )(command)
    return click.option(
        "--full",
        is_flag=True,
        callback=keep,
        expose_value=False,
        help="Read lists to their end and ask for every document again.",
    )(command)


def _is_demo(home: Home) -> bool:
    """Whether a home has published replica data; what joins it is replica data too."""
    for path in (home.figures, home.text):
        try:
            present = read_published(path)
        except PublishError:
            continue  # publish will say what is wrong with it; a crawl need not wait for it
        if present is not None:
            return present.kind == "demo"
    return False


def _refuse_mixing(order: Order) -> None:
    """Ends the command where real sites would be fetched into a demo home.

    Behind a proxy the sites may be the replica's, and only the user knows.
    """
    if order.demo and not getproxies().get("http"):
        raise fail(
            f"{order.home.root} holds replica data: gongkai demo --home {order.home.root} fetches"
            " it anew; real sites need a home of their own"
        )


def _order(
    context: click.Context,
    years: Sequence[int],
    provinces: Sequence[str],
    hosts: Sequence[str],
) -> Order:
    quiet = kept(context, "quiet_hours")
    try:
        order = make_order(
            home_of(context),
            sites_of(context),
            years,
            provinces,
            hosts,
            delay_of(context),
            datetime.now(UTC),
            demo=_is_demo(home_of(context)),
        )
        if quiet is not None:
            parse_quiet_hours(str(quiet))
    except (OrderError, ValueError) as error:
        raise fail(str(error)) from error
    return dataclasses.replace(
        order,
        full=bool(kept(context, "full")),
        quiet_hours=str(quiet) if quiet is not None else None,
    )


def _carry_out(order: Order) -> int:
    """Collects, names the documents that are amiss, and gives the exit code."""
    _refuse_mixing(order)
    collected = collect(order, say)
    keys = [(province, year) for province, years in order.years.items() for year in years]
    troubles = find_troubles(order.home, keys)
    for line in trouble_lines(troubles):
        say(line)
    return collected.exit_code or (2 if troubles else 0)


@click.command()
@selectors
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_context
def run(
    context: click.Context,
    years: tuple[int, ...],
    provinces: tuple[str, ...],
    hosts: tuple[str, ...],
    dry_run: bool,
) -> int:
    """Crawl, parse, load and publish, through Dagster."""
    order = _order(context, years, provinces, hosts)
    if dry_run:
        click.echo(order.describe())
        return 0
    return _carry_out(order)


@click.command()
@click.option("--from", "first", type=int, required=True, help="First covered year.")
@click.option("--to", "last", type=int, required=True, help="Last covered year.")
@click.option("--province", "provinces", multiple=True, help="Full name; repeatable.")
@click.option("--missing", is_flag=True, help="Only partitions that are not done.")
@crawl_options
@click.pass_context
def backfill(
    context: click.Context,
    first: int,
    last: int,
    provinces: tuple[str, ...],
    missing: bool,
) -> int:
    """Collect past years, one visit a site however many years."""
    if first > last:
        raise click.UsageError(f"--from {first} is after --to {last}")
    order = _order(context, range(first, last + 1), provinces, ())
    return _carry_out(order.only_missing() if missing else order)


def _stage_command(name: str, stages: tuple[str, ...], words: str) -> click.Command:
    @click.command(name, help=words)
    @selectors
    @click.pass_context
    def command(
        context: click.Context,
        years: tuple[int, ...],
        provinces: tuple[str, ...],
        hosts: tuple[str, ...],
    ) -> int:
        order = _order(context, years, provinces, hosts)
        if not (years or provinces or hosts) and stages == _LOAD:
            order = order.with_unloaded()
        return run_stages(order, stages, say)

    return command


@click.command()
@selectors
@click.option("--pages", type=click.IntRange(min=1), help="List pages of a site at most.")
@click.option("--documents", type=click.IntRange(min=1), help="New documents of a site at most.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked.")
@click.pass_context
def crawl(
    context: click.Context,
    years: tuple[int, ...],
    provinces: tuple[str, ...],
    hosts: tuple[str, ...],
    pages: int | None,
    documents: int | None,
    dry_run: bool,
) -> int:
    """Fetch what sites list into the archive."""
    order = _order(context, years, provinces, hosts)
    if dry_run:
        click.echo(order.describe(each_site=True))
        return 0
    _refuse_mixing(order)
    limited = dataclasses.replace(order, most_lists=pages, most_documents=documents)
    return run_stages(limited, ("crawl",), say)


load = _stage_command("load", _LOAD, "Read the archive and write the lake.")


@click.command()
@selectors
@click.option("--release", is_flag=True, help="Publish what the checks hold back.")
@click.pass_context
def publish(
    context: click.Context,
    years: tuple[int, ...],
    provinces: tuple[str, ...],
    hosts: tuple[str, ...],
    release: bool,
) -> int:
    """Bring the lake into the published files."""
    if release and not (years and provinces):
        raise click.UsageError("--release needs --province and --year: look at each before")
    order = _order(context, years, provinces, hosts)
    if not (years or provinces or hosts):
        order = order.with_unpublished()
    if release:
        _release(order)
    return run_stages(order, ("publish",), say)


def _release(order: Order) -> None:
    """Lets the held partitions of an order through."""
    for province, years in order.years.items():
        with province_lock(order.home, province, say):
            freed = Verdicts(order.home).release([(province, year) for year in years])
        for _, year in freed:
            say(f"{province} {year} is released")


@click.command()
@click.pass_context
def demo(context: click.Context) -> int:
    """Run the main job on the bundled replica sites, in a home of its own (./demo)."""
    from pipelines.demo import run_demo

    named = context.find_root().ensure_object(dict).get("home")
    return run_demo(Home(Path(str(named or "demo"))), say, click.echo)


@click.command()
@click.option("--port", type=int, default=3000, show_default=True)
@click.option(
    "--part",
    type=click.Choice(["all", "web", "daemon"]),
    default="all",
    show_default=True,
    help="Only the web interface or only the daemon, each as a service of its own.",
)
@click.option("--read-only", is_flag=True, help="The web interface alone, for looking only.")
@click.option("--paused", is_flag=True, help="Schedules and sensors stand still.")
@click.pass_context
def ui(context: click.Context, port: int, part: Part, read_only: bool, paused: bool) -> None:
    """Open Dagster's web interface, with schedules and sensors running."""
    home, registry, delay = home_of(context), sites_of(context), kept(context, "delay")
    if registry is not None:
        os.environ["GONGKAI_SITES"] = str(registry.absolute())
    if delay is not None:
        os.environ["GONGKAI_DELAY"] = str(delay)
    if paused:
        os.environ["GONGKAI_PAUSED"] = "1"
    if _is_demo(home):
        os.environ["GONGKAI_DEMO"] = "1"
    try:
        launch_ui(home, port, part, read_only=read_only)
    except UiError as error:
        raise fail(str(error)) from error
