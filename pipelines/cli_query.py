"""Commands that read: ``gongkai sql``, ``search``, ``status``, ``check`` and ``verify``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pipelines.archive_check import archive_problems
from pipelines.cli import fail, home_of, say
from pipelines.status import blocked_lines, held_lines, status_rows
from warehouse import query
from warehouse.facts.files import write_pieces
from warehouse.output import FORMATS, as_json, as_table
from warehouse.query import Result
from warehouse.verify import verify_lake, verify_published


def worst(
    years: Sequence[int] = (),
    provinces: Sequence[str] = (),
    rules: Sequence[str] = (),
    dismissed: bool = False,
    most: int = 200,
) -> dict[str, object]:
    """Parameters of the query for findings."""
    return {
        "years": list(years),
        "provinces": list(provinces),
        "rules": list(rules),
        "dismissed": dismissed,
        "most": most,
    }


_COUNTED = ("years", "provinces", "rules", "dismissed")


def _run(
    context: click.Context, text: str, parameters: Mapping[str, object] | None = None
) -> Result:
    try:
        return query.run(home_of(context), text, parameters)
    except query.QueryError as error:
        raise fail(str(error)) from error


# A statement may begin with a comment, which looks like an option.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("statement")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.pass_context
def sql(context: click.Context, statement: str, form: str, output: Path | None) -> None:
    """Query the published files, read-only."""
    if form == "parquet":
        if output is None:
            raise click.UsageError("--format parquet needs --output FILE")
        try:
            query.save_parquet(home_of(context), statement, output)
        except query.QueryError as error:
            raise fail(str(error)) from error
        return
    try:
        with query.stream(home_of(context), statement) as answer:
            if output is None:
                for text in FORMATS[form](answer):
                    click.echo(text, nl=False)
            else:
                write_pieces(output, (text.encode() for text in FORMATS[form](answer)))
    except query.QueryError as error:
        raise fail(str(error)) from error


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows at most."
)
@click.option("--json", "json_", is_flag=True, help="One JSON array.")
@click.pass_context
def search(context: click.Context, words: tuple[str, ...], limit: int, json_: bool) -> None:
    """Search the reports' text: sections with all the words, the best first."""
    asked = {"words": " ".join(words), "most": limit}
    found = _run(context, query.named("search"), asked)
    click.echo(as_json(found) if json_ else as_table(found), nl=False)


@click.command()
@click.option("--json", "as_json_", is_flag=True, help="One JSON array.")
@click.pass_context
def status(context: click.Context, as_json_: bool) -> None:
    """Show coverage by province and year, the last crawl, what failed and why."""
    rows = status_rows(home_of(context))
    if as_json_:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif rows:
        columns = tuple(rows[0])
        values: list[tuple[object, ...]] = [tuple(row.values()) for row in rows]
        click.echo(as_table(Result(columns, ("VARCHAR",) * len(columns), values)))
        home = home_of(context)
        for line in [*held_lines(home), *blocked_lines(home, rows)]:
            click.echo(line)
    else:
        click.echo(f"nothing was collected yet in {home_of(context).root}; gongkai run starts")


@click.command()
@click.option("--year", "years", type=int, multiple=True)
@click.option("--province", "provinces", multiple=True)
@click.option("--rule", "rules", multiple=True, help="Findings of this rule (docs/checks.md).")
@click.option("--dismissed", is_flag=True, help="Those that a reviewer dismissed as well.")
@click.option("--limit", type=int, default=200, show_default=True, help="Rows at most.")
@click.option("--json", "json_", is_flag=True, help="One JSON array.")
@click.pass_context
def check(
    context: click.Context,
    years: tuple[int, ...],
    provinces: tuple[str, ...],
    rules: tuple[str, ...],
    dismissed: bool,
    limit: int,
    json_: bool,
) -> int:
    """List the findings, worst first.

    Those of single reports and those across reports. Ends with 2 when a reviewed dismissal or
    correction matches nothing any more; it is named.
    """
    chosen = worst(years, provinces, rules, dismissed, limit)
    found = _run(context, query.named("findings"), chosen)
    click.echo(as_json(found) if json_ else as_table(found), nl=not json_)
    total = _run(context, query.named("findings_count"), {k: chosen[k] for k in _COUNTED}).rows[0]
    say(
        f"{total[0]} findings"
        + (f", {len(found.rows)} shown (--limit)" if limit < int(str(total[0])) else "")
        + (f"; {total[1]} more were dismissed on review" if total[1] and not dismissed else "")
    )
    stale = _run(context, query.named("stale_review")).rows
    for row in stale:
        say(" ".join(str(value) for value in row if value is not None))
    return 2 if stale else 0


@click.command()
@click.pass_context
def verify(context: click.Context) -> int:
    """Check archive, lake and published files against their checksums."""
    home = home_of(context)
    if not home.root.is_dir():
        raise fail(f"{home.root}: there is no such home")
    problems = [*archive_problems(home), *verify_lake(home), *verify_published(home)]
    for problem in problems:
        say(problem)
    click.echo(f"{len(problems)} problems")
    return 2 if problems else 0
