"""The ``gongkai`` command: options common to all commands, and exit codes.

Exit 0: done; 1: could not (usage, environment, nothing done); 2: done, but something failed or was
rejected and is named. Data goes to standard output, progress to standard error. The commands
themselves stand in the modules named ``cli_*``, loaded when asked for, so that ``--help`` does
not wait for Dagster.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from pathlib import Path

import click

from warehouse.home import Home

_MODULES = {
    "cli_add": ("add",),
    "cli_archive": ("archive",),
    "cli_documents": ("parse", "original"),
    "cli_query": ("sql", "search", "status", "check", "verify"),
    "cli_export": ("export",),
    "cli_runs": ("run", "demo", "backfill", "crawl", "load", "publish", "ui"),
    "cli_sites": ("sites",),
}


def keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keeps a common option for the commands; the one nearest to the command wins."""
    kept: dict[str, object] = context.find_root().ensure_object(dict)
    if value is not None:
        kept[str(parameter.name)] = value


def common_options() -> list[click.Option]:
    """Options that may stand before or behind the name of any command."""
    return [
        click.Option(
            ["--home"],
            type=click.Path(file_okay=False, path_type=Path),
            callback=keep,
            expose_value=False,
            help="Where archive, lake, state and the published files lie  [default: ./data]",
        ),
        click.Option(
            ["--sites"],
            type=click.Path(exists=True, path_type=Path),
            callback=keep,
            expose_value=False,
            help="A registry file or directory instead of the bundled one.",
        ),
        click.Option(
            ["--delay"],
            type=click.FloatRange(min=0),
            callback=keep,
            expose_value=False,
            help="Least pause between two requests to a host, seconds  [default: 1]",
        ),
    ]


def _with_common_options(command: click.Command) -> click.Command:
    known = {name for p in command.params for name in p.opts}
    command.params += [o for o in common_options() if known.isdisjoint(o.opts)]
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _with_common_options(below)
    return command


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return sorted(name for names in _MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, its module imported now."""
        for module, names in _MODULES.items():
            if cmd_name in names:
                found = getattr(importlib.import_module(f"pipelines.{module}"), cmd_name)
                return _with_common_options(found) if isinstance(found, click.Command) else None
        return None


@click.group(
    cls=Lazy,
    params=list(common_options()),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="gongkai")
def cli() -> None:
    """China's government-disclosure annual reports as one database."""


def kept(context: click.Context, name: str) -> object:
    """The value of a kept option, None when it was not given."""
    return context.find_root().ensure_object(dict).get(name)


def home_of(context: click.Context) -> Home:
    """The home: the command line's, else GONGKAI_HOME, else ./data."""
    named = kept(context, "home") or os.environ.get("GONGKAI_HOME") or "data"
    return Home(Path(str(named)))


def sites_of(context: click.Context) -> Path | None:
    """The registry that the command line or GONGKAI_SITES names, else the home's own.

    None for the bundled one.
    """
    if named := kept(context, "sites") or os.environ.get("GONGKAI_SITES"):
        return Path(str(named))
    own = home_of(context).sites
    return own if own.is_dir() else None


def delay_of(context: click.Context) -> float:
    """Least pause between two requests to a host, seconds."""
    named = kept(context, "delay")
    return float(str(named)) if named is not None else 1.0


def say(line: str) -> None:
    """A line of progress."""
    click.echo(line, err=True)


def fail(message: str) -> click.ClickException:
    """An error that ends the command with exit code 1."""
    return click.ClickException(message)


def _trouble(error: Exception) -> str | None:
    """What to say of an error that is a file's or the disk's fault; None for our own faults."""
    from crawler.archive import ArchiveDamagedError
    from crawler.manifest import ManifestBusyError, ManifestDamagedError
    from warehouse.errors import HomeError

    if isinstance(error, OSError) and error.strerror is not None:
        words = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return words + ("; make room and run this again, nothing is half written" if full else "")
    known = (HomeError, ArchiveDamagedError, ManifestBusyError, ManifestDamagedError)
    return str(error) if isinstance(error, known) else None


def main() -> None:
    """Runs the command and ends the process with its exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        code = 1
    except click.ClickException as error:
        error.show()
        code = 1
    except (click.Abort, KeyboardInterrupt):
        say("stopped; the next run goes on from here")
        code = 1
    except BrokenPipeError:
        # The reader of our output (head, less) has left; nothing is wrong.
        sys.stderr.close()
        code = 0
    except Exception as error:
        if (words := _trouble(error)) is None:
            raise
        fail(words).show()
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
