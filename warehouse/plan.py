"""Deciding what a publish does: which partitions it takes, which it holds back, and how.

Compares the manifests of the lake with table ``partition`` of the published files. Nothing is
written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse import integrity, lake
from warehouse.checks.review import read_review
from warehouse.errors import PublishError
from warehouse.home import Home
from warehouse.lake import Key, LakeError, PartitionManifest
from warehouse.published import Published, PublishedPartition
from warehouse.recipe import computed
from warehouse.schema import load
from warehouse.schema.ddl import file_pattern, fill
from warehouse.schema.tables import File

SMALL = 500_000
"""Rows up to which a file is always built anew: as quick as a copy, and its rows lie in order."""

LARGE_SHARE = 0.25
"""Share of changed rows from which building anew is cheaper than replacing."""

NO_ROWS = "empty"


@dataclass(frozen=True)
class Stock:
    """What the lake holds.

    Attributes:
        manifests: readable manifests by partition.
        broken: partitions whose manifest cannot be used, with the reason.
    """

    manifests: dict[Key, PartitionManifest]
    broken: dict[Key, str]


@dataclass(frozen=True)
class FilePlan:
    """What becomes of one published file.

    Attributes:
        file: which one.
        path: where it stands or will stand.
        present: what it says of itself, None when it is not there.
        rebuild: built from nothing, rather than on a copy.
        take: partitions that come from the lake.
        keep: partitions that stay as the present file has them.
        changed: partitions of ``take`` whose content is new to the file.
        forced: building from nothing was asked for, so nothing computed is taken over.
    """

    file: File
    path: Path
    present: Published | None
    rebuild: bool
    take: dict[Key, PartitionManifest]
    keep: dict[Key, PublishedPartition]
    changed: frozenset[Key]
    forced: bool = False

    @property
    def untouched(self) -> frozenset[Key]:
        """Partitions whose computed rows can be taken from the present file as they are."""
        if self.forced or not _is_current(self.present, self.file):
            return frozenset()
        return frozenset({*self.keep, *self.take} - self.changed)

    @property
    def replaced(self) -> list[Key]:
        """Partitions of the present file that give way to those of the lake."""
        return [key for key in self.take if self.present and key in self.present.partitions]

    def version(self, manifest: PartitionManifest) -> str:
        """What of a partition this file publishes: another version only if that changed."""
        return version_in(self.file, manifest)

    def without(self, held: Collection[Key]) -> FilePlan:
        """The same plan with ``held`` partitions left as the present file has them.

        Raises:
            PublishError: the file has to be built anew and has data of a held partition, which
                only the old tables hold.
        """
        before = self.present.partitions if self.present else {}
        take = {key: manifest for key, manifest in self.take.items() if key not in held}
        keep = {key: entry for key, entry in before.items() if key not in take}
        if keep and self.present and not self.present.is_compatible(self.file):
            names = ", ".join(f"{province} {year}" for province, year in sorted(keep))
            raise PublishError(
                f"{self.path}: has tables of an older version and must be built anew, but the"
                f" lake has no usable data for {names}; load these again, or move the file away"
            )
        return replace(self, take=take, keep=keep, changed=self.changed - set(held))


def version_in(file: File, manifest: PartitionManifest) -> str:
    """The version of a partition as one published file sees it.

    Text is large and changes seldom: its version is made of the checksums of its own tables, so a
    partition whose figures alone changed leaves the text file as it is.
    """
    if file == "figures":
        return manifest.version
    names = sorted(t.name for t in load().of_file(file, "partition") if t.name in manifest.tables)
    sums = [manifest.tables[name].sha256 for name in names]
    return hashlib.sha256(" ".join(sums).encode()).hexdigest()[:16] if sums else NO_ROWS


def take_stock(home: Home) -> Stock:
    """Reads the manifests of all partitions.

    Raises:
        ReviewError: a reviewed entry cannot be understood.
    """
    corrected = read_review(home).corrected()
    manifests: dict[Key, PartitionManifest] = {}
    broken: dict[Key, str] = {}
    for key in lake.partitions(home):
        try:
            manifest = lake.read_manifest(home, *key)
        except LakeError as error:
            broken[key] = str(error)
            continue
        if manifest is None:
            continue
        where = manifest.folder / lake.MANIFEST
        if manifest.key != key:
            broken[key] = f"{where}: belongs to {manifest.province} {manifest.year}"
        elif manifest.schema_version > load().version:
            broken[key] = (
                f"{where}: written by a newer gongkai (schema {manifest.schema_version});"
                " update gongkai"
            )
        elif manifest.schema_version < load().version:
            broken[key] = f"{where}: written for older tables; load this partition again"
        else:
            manifests[key] = _with_corrections(manifest, corrected.get(key))
    return Stock(manifests, broken)


def _with_corrections(manifest: PartitionManifest, digest: str | None) -> PartitionManifest:
    """A partition with other corrections counts as another version: it is taken anew."""
    return replace(manifest, version=f"{manifest.version}+{digest}") if digest else manifest


def plan_file(
    file: File,
    path: Path,
    present: Published | None,
    stock: Stock,
    only: Collection[Key] | None,
    rebuild: bool | None,
) -> FilePlan:
    """Plans one file, before any partition is held back.

    Args:
        file: which one.
        path: where it stands or will stand.
        present: what it says of itself.
        stock: of the lake.
        only: partitions that may change; None: all. A file that has to be built from nothing
            takes all that there are.
        rebuild: True: build anew; False: replace where it can be done; None: the quicker way.
    """
    compatible = present is not None and present.is_compatible(file)
    current = _is_current(present, file)
    before = present.partitions if present else {}
    selected = {
        key: manifest
        for key, manifest in stock.manifests.items()
        if only is None or key in only or not compatible
    }
    changed = frozenset(
        key
        for key, manifest in selected.items()
        if key not in before or before[key].version != version_in(file, manifest)
    )
    quicker = _is_large(changed, stock) if rebuild is None else rebuild
    anew = quicker or not current
    take = {key: selected[key] for key in changed}
    if anew:
        take |= {
            key: manifest
            for key, manifest in stock.manifests.items()
            if key in selected
            or (key in before and before[key].version == version_in(file, manifest))
        }
    return FilePlan(file, path, present, anew, take, dict(before), changed, rebuild is True)


def _is_current(present: Published | None, file: File) -> bool:
    """Whether a published file has today's tables, computed as they would be today."""
    return (
        present is not None
        and present.is_compatible(file)
        and str(present.versions["checks"]).endswith(computed(file))
    )


def _is_large(changed: Collection[Key], stock: Stock) -> bool:
    rows = {key: sum(manifest.rows().values()) for key, manifest in stock.manifests.items()}
    total = sum(rows.values())
    return total <= SMALL or sum(rows[key] for key in changed) >= LARGE_SHARE * total


def find_held(
    plans: Mapping[File, FilePlan],
    stock: Stock,
    only: Collection[Key] | None,
    hold: Mapping[Key, str] | None = None,
) -> dict[Key, str]:
    """Partitions that must not be taken, with the reason.

    Held back are those whose manifest or files are damaged or of another version, those that are
    published but gone from the lake, those that would make a report_id stand twice, and of
    ``hold`` those whose data in the lake are not in the files yet.
    """
    held = {key: why for key, why in stock.broken.items() if only is None or key in only}
    held |= _still_to_come(plans["figures"], hold or {})
    taken: dict[Key, PartitionManifest] = {}
    for plan in plans.values():
        taken |= plan.take
        before = plan.present.partitions if plan.present else {}
        for key in before.keys() - stock.manifests.keys() - stock.broken.keys():
            if only is None or key in only:
                held.setdefault(key, "published, but no longer in the lake; left as it is")
    for key, manifest in taken.items():
        found = lake.damage(manifest)
        if found:
            held[key] = "; ".join(found)
    try:
        return held | _clashing(plans["figures"], held)
    except duckdb.Error:
        # A file whose checksum is right and that is no Parquet all the same: name it.
        held |= find_unreadable(plans["figures"].without(held))
        return held | _clashing(plans["figures"], held)


def _still_to_come(plan: FilePlan, hold: Mapping[Key, str]) -> dict[Key, str]:
    """Partitions to hold back that this publish would bring in.

    None where the file has tables of an older version: it must be built anew, and would lose what
    it has of them.
    """
    if plan.present is not None and not plan.present.is_compatible(plan.file):
        return {}
    return {key: why for key, why in hold.items() if key in plan.changed}


def _clashing(plan: FilePlan, held: Mapping[Key, str]) -> dict[Key, str]:
    """Holds back clashing partitions until no clash is left.

    Holding one back leaves its old rows in place, which may clash with another one.
    """
    found: dict[Key, str] = {}
    while True:
        take = {k: m for k, m in plan.take.items() if k not in held and k not in found}
        before = plan.present.partitions if plan.present else {}
        standing = [key for key in before if key not in take]
        more = integrity.clashes(take, plan.path if plan.present else None, standing)
        if not more:
            return found
        found |= more


def find_unreadable(plan: FilePlan) -> dict[Key, str]:
    """Partitions of a plan whose files DuckDB cannot read as their tables, one by one."""
    found = {}
    with duckdb.connect() as con:
        for key, manifest in plan.take.items():
            for table in load().of_file(plan.file, "partition"):
                if table.name in manifest.tables:
                    path = manifest.path(table.name)
                    try:
                        con.execute(
                            fill(
                                "SELECT count(COLUMNS(*)) FROM (SELECT $columns FROM"
                                " read_parquet($path, hive_partitioning = false))",
                                columns=", ".join(
                                    f'"{c.name}"::{c.type} AS "{c.name}"' for c in table.columns
                                ),
                                path=file_pattern(path),
                            )
                        )
                    except duckdb.Error as error:
                        found[key] = f"{path}: {str(error).splitlines()[0]}"
    return found
