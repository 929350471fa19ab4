"""What the checks said of each partition, in the state: publish obeys it, Dagster shows it.

One file a partition beside what is done: the results for the version in the lake, what is
published, and whether a person released it. The caller holds the province's lock.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipelines.checking import Before, Result, held_words
from pipelines.partitions import Partition
from warehouse.facts.files import write_whole
from warehouse.home import Home
from warehouse.state import StateError


@dataclass(frozen=True)
class Verdict:
    """What is known of one partition.

    Attributes:
        version: of the lake partition that was judged.
        results: of all checks.
        organs: that have a report in it.
        reports: number of its reports.
        published: number of reports that stand in the published files, None for nothing.
        released: the version that a person let through.
    """

    version: str = ""
    results: tuple[Result, ...] = ()
    organs: tuple[str, ...] = field(default=(), repr=False)
    reports: int = 0
    published: int | None = None
    released: str | None = None

    @property
    def held(self) -> str | None:
        """Why it must not be published, None when it may."""
        return None if self.version and self.released == self.version else held_words(self.results)


class Verdicts:
    """The verdicts of one home.

    Args:
        home: whose.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.state / "checks"

    def _path(self, key: Partition) -> Path:
        return self._folder / key[0] / f"{key[1]}.json"

    def of(self, key: Partition) -> Verdict:
        """The verdict on a partition; an empty one when it was never judged.

        Raises:
            warehouse.state.StateError: the file is there but cannot be read.
        """
        path = self._path(key)
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            results = tuple(Result(**entry) for entry in raw.pop("results"))
            return Verdict(results=results, organs=tuple(raw.pop("organs")), **raw)
        except FileNotFoundError:
            return Verdict()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StateError(f"{path}: {error}") from error

    def before(self, key: Partition) -> Before:
        """What a load of this partition is compared with."""
        province, year = key
        beside = self.of((province, year - 1)).organs or self.of((province, year + 1)).organs
        return Before(self.of(key).published, frozenset(beside))

    def judged(
        self,
        key: Partition,
        version: str,
        results: Collection[Result],
        organs: Collection[str],
        reports: int,
    ) -> None:
        """Keeps what the checks said of a new version.

        Raises:
            OSError: it cannot be written down.
        """
        old = self.of(key)
        self._write(
            key,
            replace(
                old,
                version=version,
                results=tuple(results),
                organs=tuple(sorted(organs)),
                reports=reports,
            ),
        )

    def published(self, key: Partition) -> None:
        """Notes that the judged version stands in the published files."""
        verdict = self.of(key)
        if verdict.version:
            self._write(key, replace(verdict, published=verdict.reports))

    def release(self, keys: Collection[Partition]) -> list[Partition]:
        """Lets the present versions of held partitions through.

        Returns:
            Those that were held.
        """
        freed = []
        for key in keys:
            verdict = self.of(key)
            if verdict.held:
                self._write(key, replace(verdict, released=verdict.version))
                freed.append(key)
        return freed

    def held(self) -> dict[Partition, str]:
        """Every partition that a required check holds back, with the reason.

        Raises:
            warehouse.state.StateError: a file cannot be read.
        """
        every = self.judged_partitions()
        return {key: words for key in every if (words := self.of(key).held)}

    def judged_partitions(self) -> list[Partition]:
        """Every partition that was ever judged, by province and year."""
        return [
            (path.parent.name, int(path.stem))
            for path in sorted(self._folder.glob("*/*.json"))
            if path.stem.isdecimal()
        ]

    def _write(self, key: Partition, verdict: Verdict) -> None:
        text = json.dumps(asdict(verdict), ensure_ascii=False, indent=1)
        write_whole(self._path(key), text + "\n")
