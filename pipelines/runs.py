"""Runs without a daemon: a block of partitions, executed in this process, shown in Dagster.

Used by ``gongkai run``. Which provinces and years a command means is the command's to decide.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from pipelines.busy import PROVINCE_TAG
from pipelines.definitions import build_defs
from pipelines.due import Due
from pipelines.instance import BY_COMMAND, alive, bury_dead, open_instance
from pipelines.jobs import COLLECT
from pipelines.means import STAGES, Journal, Means
from pipelines.partitions import contiguous, key_range
from pipelines.resources import Settings
from warehouse.home import Home
from warehouse.state import Outcome, State


@dataclass(frozen=True)
class BlockResult:
    """What a block came to.

    Attributes:
        journal: outcomes by stage and partition, and why partitions failed.
        run_ids: the Dagster runs, one for each range of years without a gap.
        errors: what ended a run before its stages could say (an invalid registry, say).
    """

    journal: Journal
    run_ids: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether every partition came through."""
        return not self.errors and not self.journal.failed


def run_block(
    home: Home,
    province: str,
    years: Collection[int],
    settings: Settings,
    instance_dir: Path,
    means: Means | None = None,
) -> BlockResult:
    """Takes one province and some years down the road, through Dagster, in this process.

    Waits while another run of the same province and home goes on. Dagster runs hold one range of
    keys, so years with gaps become several runs, one after the other.

    Args:
        home: where to; ``settings`` follow it.
        province: a province key.
        years: covered years, each within the partitions.
        settings: sites, delay and so on.
        instance_dir: the Dagster instance to show the runs in (``instance.instance_dir``).
        means: stages, progress, clock and a fresh journal; default: the project's own.

    Raises:
        KeyboardInterrupt: the run was cancelled; what was done before is on record.
        OSError: the instance directory cannot be written.
    """
    means = means or Means()
    result = BlockResult(means.journal)
    job = build_defs(settings=settings, means=means).resolve_job_def(COLLECT)
    fields = {name: getattr(settings, name) for name in type(settings).model_fields}
    config = {
        "resources": {"settings": {"config": fields | {"home": str(home.root.absolute())}}},
        # Progress lines tell the person at the terminal; Dagster's own log goes to its store.
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with open_instance(instance_dir) as instance:
        for dead in bury_dead(instance, instance_dir):
            means.say(f"run {dead} was killed and is now recorded as failed")
        for newest, oldest in contiguous(years):
            run_id = str(uuid.uuid4())
            result.run_ids.append(run_id)
            with alive(instance_dir, run_id):
                ended = job.execute_in_process(
                    run_config=config,
                    instance=instance,
                    raise_on_error=False,
                    run_id=run_id,
                    tags=_tags(province, newest, oldest),
                )
            if result.journal.interrupted:
                raise KeyboardInterrupt
            result.errors.extend(_errors(ended))
    return result


def missing(
    home: Home, province: str, years: Collection[int], hosts: Collection[str] = ()
) -> list[int]:
    """The years that a run still has to bring, newest first.

    Those with a stage not done, those that wait for a load of added documents, and those whose
    last crawl did not ask one of ``hosts``.

    Args:
        home: whose.
        province: province key.
        years: covered years.
        hosts: the sites that the registry has for the province now.

    Raises:
        warehouse.state.StateError: a state file cannot be read.
    """
    state, due = State(home), Due(home, province).read()
    asked = _Asked(home)
    return sorted(
        (
            year
            for year in years
            if year in due or not _is_done(state.of(province, year), asked, frozenset(hosts))
        ),
        reverse=True,
    )


def _is_done(outcomes: Mapping[str, Outcome], asked: _Asked, hosts: frozenset[str]) -> bool:
    if not all(n in outcomes and outcomes[n].status in {"done", "empty"} for n in STAGES):
        return False
    crawl = outcomes["crawl"]
    return not hosts if crawl.status == "empty" else hosts <= asked.of(crawl.run_id, hosts)


class _Asked:
    """The sites that crawls asked, by their run reports; each is read once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, frozenset[str] | None] = {}

    def of(self, run_id: str, otherwise: frozenset[str]) -> frozenset[str]:
        """The hosts of one run; ``otherwise`` where its report is gone or cannot be read."""
        if run_id not in self._known:
            path = self._home.reports / f"{run_id}.json"
            try:
                self._known[run_id] = frozenset(json.loads(path.read_text("utf-8"))["sites"])
            except (OSError, ValueError, KeyError, TypeError):
                self._known[run_id] = None
        found = self._known[run_id]
        return otherwise if found is None else found


def _tags(province: str, newest: int, oldest: int) -> dict[str, str]:
    return {
        **BY_COMMAND,
        PROVINCE_TAG: province,
        **key_range(province, newest, oldest),
    }


def _errors(ended: dg.ExecuteInProcessResult) -> list[str]:
    """What broke a run, other than the verdict over its partitions."""
    found = []
    for event in ended.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data is None and data.error is not None:
                cause = data.error.cause or data.error
                found.append(cause.message.strip())
    return found
