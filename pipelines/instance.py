"""The Dagster instance of a home: where it lies, what its settings are, how it is opened.

Two homes never share an instance, so a demo's runs never show among real ones. What is done lives
in the home's state; an instance may be lost without losing any data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.locks import hold, is_free
from warehouse.facts.files import write_whole
from warehouse.home import Home

DEFAULT_HOME = Path("data")
_SETTINGS = Path(__file__).with_name("dagster.yaml")
_LAUNCHED_BY = "gongkai/launched_by"
BY_COMMAND: Mapping[str, str] = {_LAUNCHED_BY: "command"}
"""Tags of a run that a command executes in its own process, where no daemon watches it."""


def instance_dir(home: Home, environment: Mapping[str, str] = os.environ) -> Path:
    """Where a home's instance lies, as an absolute path.

    The default home ``./data`` uses ``DAGSTER_HOME``, else ``./dagster_home`` where that has
    settings; every other home has its own ``dagster/``.
    """
    if home.root.absolute() == DEFAULT_HOME.absolute():
        named = environment.get("DAGSTER_HOME")
        beside = Path("dagster_home")
        if named or (beside / "dagster.yaml").exists():
            return Path(named or beside).absolute()
    return home.dagster.absolute()


@contextmanager
def open_instance(directory: Path) -> Iterator[dg.DagsterInstance]:
    """Opens an instance, making it with the project's settings where there is none.

    Raises:
        OSError: the directory cannot be written.
        dagster.DagsterInvalidConfigError: its ``dagster.yaml`` is not valid.
    """
    prepare(directory)
    # Two that make the SQLite files of one instance at once would both try to create the tables.
    with hold(directory / "opening.lock", "another start", _quiet):
        instance = dg.DagsterInstance.from_config(str(directory))
        instance.get_runs_count()
    with instance:
        yield instance


def prepare(directory: Path) -> None:
    """Writes the project's settings into an instance directory that has none."""
    settings = directory / "dagster.yaml"
    if not settings.exists():
        write_whole(settings, _SETTINGS.read_bytes())


@contextmanager
def alive(directory: Path, run_id: str) -> Iterator[None]:
    """Holds the sign that a run in this process lives; the system drops it with the process."""
    sign = _sign(directory, run_id)
    try:
        with hold(sign, "this run", _quiet):
            yield
    finally:
        sign.unlink(missing_ok=True)


def bury_dead(instance: dg.DagsterInstance, directory: Path) -> list[str]:
    """Reports runs as failed whose command was killed, since nothing else would ever end them.

    Returns:
        The ids of those runs.
    """
    unfinished = dg.RunsFilter(
        tags=dict(BY_COMMAND),
        statuses=[
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.CANCELING,
        ],
    )
    dead = [run for run in instance.get_runs(unfinished) if is_free(_sign(directory, run.run_id))]
    for run in dead:
        instance.report_run_failed(run, "The command that executed this run was killed.")
        _sign(directory, run.run_id).unlink(missing_ok=True)
    return [run.run_id for run in dead]


def _sign(directory: Path, run_id: str) -> Path:
    return directory / "alive" / f"{run_id}.lock"


def _quiet(_: str) -> None:
    """For waits too short to tell of."""
