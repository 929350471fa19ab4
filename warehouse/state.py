"""What is done, by partition and stage: one JSON file a partition, replaced whole.

The truth that "only missing" asks and that ``gongkai status`` shows; Dagster's grid follows it.
Deciding what an outcome means for a run is ``pipelines``'.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse.errors import HomeError
from warehouse.facts.files import write_whole
from warehouse.home import Home

Status = Literal["done", "failed", "empty", "held"]
STATUSES: tuple[Status, ...] = ("done", "failed", "empty", "held")


class StateError(HomeError):
    """A state file cannot be read; the message names it."""


@dataclass(frozen=True)
class Outcome:
    """How one stage ended for one partition.

    Attributes:
        status: ``done``; ``failed``; ``empty`` (nothing was there to do); ``held`` (a check kept
            the new data back, the old stays).
        counts: numbers worth showing, by name.
        reason: why it is not ``done``, in words.
        at: time, ISO 8601.
        run_id: the run that brought it.
    """

    status: Status
    counts: dict[str, int] = field(default_factory=dict)
    reason: str | None = None
    at: str = ""
    run_id: str = ""


class State:
    """The state of one home.

    Args:
        home: whose state.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.state / "partitions"

    def _path(self, province: str, year: int) -> Path:
        return self._folder / province / f"{year}.json"

    def of(self, province: str, year: int) -> dict[str, Outcome]:
        """Last outcome of each stage for one partition; empty when nothing ran yet.

        Raises:
            StateError: the file is there but cannot be read.
        """
        path = self._path(province, year)
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return {stage: _outcome(entry) for stage, entry in raw.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise StateError(f"{path}: {error}") from error

    def record(self, stage: str, province: str, year: int, outcome: Outcome) -> None:
        """Replaces the outcome of one stage.

        The caller holds the province's lock: two processes must not record for one province.

        Raises:
            StateError: the partition's file cannot be read or written.
        """
        stages = self.of(province, year)
        stages[stage] = outcome
        text = json.dumps(
            {name: asdict(entry) for name, entry in sorted(stages.items())},
            ensure_ascii=False,
            indent=1,
        )
        path = self._path(province, year)
        try:
            write_whole(path, text + "\n")
        except OSError as error:
            raise StateError(f"{path}: {error.strerror or error}") from error

    def read(self) -> dict[tuple[str, int], dict[str, Outcome]]:
        """Every partition that a stage ran for, with the last outcome of each stage.

        Raises:
            StateError: a file cannot be read.
        """
        found = {}
        for path in sorted(self._folder.glob("*/*.json")):
            if path.stem.isdecimal():
                key = path.parent.name, int(path.stem)
                found[key] = self.of(*key)
        return found


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    outcome = Outcome(**entry)
    if outcome.status not in STATUSES:
        raise ValueError(f"no such status: {outcome.status}")
    return outcome
