"""Publishing: the lake's partitions into ``gongkai.duckdb`` and ``gongkai-text.duckdb``.

The one place that opens a published file's successor for writing. It works on files aside and
swaps them in by rename, so readers are never blocked and never see half of it; killed at any
point, the old files stand. A partition that fails a check is held back with its old data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import checks
from warehouse.build import About, build
from warehouse.errors import IntegrityError, PublishError
from warehouse.home import Home
from warehouse.lake import Key
from warehouse.plan import FilePlan, find_held, find_unreadable, plan_file, take_stock
from warehouse.published import Published, read_published
from warehouse.recipe import computed, described
from warehouse.rows import utc
from warehouse.schema.tables import File
from warehouse.swap import aside_of, move_foreign_wal, publish_lock, remove_leftovers, swap

VERSIONS: dict[File, tuple[str, ...]] = {
    "figures": ("software", "parser", "forms", "checks"),
    "text": ("software", "parser", "forms", "checks"),
}

__all__ = ["IntegrityError", "PublishError", "PublishResult", "publish"]


@dataclass(frozen=True)
class PublishResult:
    """What a publish did.

    Attributes:
        published: partitions whose new data are now in the files.
        unchanged: partitions that were in the files already, as the lake has them.
        held: partitions kept back, with the reason; what was published of them before stays.
        rows: rows by table of each partition in the lake that is not held.
        swapped: the files that were replaced.
        foreign_wal: where a ``.wal`` that another client left beside a file was moved.
    """

    published: tuple[Key, ...]
    unchanged: tuple[Key, ...]
    held: dict[Key, str]
    rows: dict[Key, dict[str, int]]
    swapped: tuple[Path, ...]
    foreign_wal: tuple[Path, ...]


def publish(
    home: Home,
    *,
    demo: bool,
    now: dt.datetime,
    versions: Mapping[str, str],
    only: Collection[Key] | None = None,
    rebuild: bool | None = None,
    hold: Mapping[Key, str] | None = None,
) -> PublishResult:
    """Brings the published files up to the lake.

    Args:
        home: whose files.
        demo: whether this is a demo home; a file of the other kind is refused.
        now: time of publish.
        versions: ``software``, ``parser`` and ``forms`` for table ``meta``.
        only: partitions (province, year) that may change; None: all.
        rebuild: True: build both files from nothing in any case; False: replace partitions on a
            copy wherever that can be done; None: whichever is quicker.
        hold: partitions that must not come in with what the lake has of them, with the reason.

    Returns:
        What was done; nothing is swapped when nothing changed.

    Raises:
        PublishError: nothing was published of the file the message names; what was published
            before stands.
    """
    try:
        review = checks.read_review(home)
    except checks.ReviewError as error:
        raise PublishError(str(error)) from error
    about = About("demo" if demo else "real", _versions(versions, review), utc(now), review)
    with publish_lock(home):
        try:
            return _publish(home, about, only, rebuild, hold)
        except OSError as error:
            raise PublishError(f"{error.filename or home.root}: {error.strerror}") from error


def _versions(versions: Mapping[str, str], review: checks.Review) -> dict[File, Mapping[str, str]]:
    """All that a file is made by, for its ``meta``."""
    return {
        "figures": {
            **versions,
            "checks": f"{checks.version(review)}-{described()}-{computed('figures')}",
        },
        "text": {**versions, "checks": computed("text")},
    }


def _publish(
    home: Home,
    about: About,
    only: Collection[Key] | None,
    rebuild: bool | None,
    hold: Mapping[Key, str] | None,
) -> PublishResult:
    paths: dict[File, Path] = {"text": home.text, "figures": home.figures}
    moved = []
    for path in paths.values():
        remove_leftovers(path)
        moved.append(move_foreign_wal(path, about.now))
    stock = take_stock(home)
    plans = {
        file: plan_file(file, path, _read_same_kind(path, about), stock, only, rebuild)
        for file, path in paths.items()
    }
    held = find_held(plans, stock, only, hold)
    try:
        built = _build_all(plans, held, about, rebuild)
        for plan in built:
            moved += swap(aside_of(plan.path), plan.path, about.now)
    finally:
        for path in paths.values():
            remove_leftovers(path)
    ready = stock.manifests.keys() - held.keys()
    changed = {key for plan in built for key in plan.changed}
    before = plans["figures"].present
    return PublishResult(
        published=tuple(sorted(changed)),
        unchanged=tuple(sorted((ready & (before.partitions if before else {}).keys()) - changed)),
        held=held,
        rows={key: stock.manifests[key].rows() for key in sorted(ready)},
        swapped=tuple(plan.path for plan in built),
        foreign_wal=tuple(path for path in moved if path),
    )


def _read_same_kind(path: Path, about: About) -> Published | None:
    present = read_published(path)
    if present and present.kind != about.kind:
        raise PublishError(
            f"{path}: holds {present.kind} data; {about.kind} data need a home of their own"
        )
    return present


def _is_needed(plan: FilePlan, about: About, rebuild: bool | None) -> bool:
    return (
        bool(rebuild)
        or plan.present is None
        or not plan.present.is_compatible(plan.file)
        or bool(plan.changed)
        or any(
            plan.present.versions[name] != about.versions[plan.file].get(name)
            for name in VERSIONS[plan.file]
        )
    )


def _work(plan: FilePlan, text: Path, about: About) -> checks.Work:
    """What the checks of a build need; the text file is built before the figures."""
    words = next((path for path in (aside_of(text), text) if path.exists()), None)
    before = plan.path if plan.present and not plan.rebuild else None
    return checks.Work(about.review, about.now.date(), words, before)


def _build_all(
    plans: Mapping[File, FilePlan], held: dict[Key, str], about: About, rebuild: bool | None
) -> list[FilePlan]:
    """Builds the files that need it; adds to ``held`` what turns out to be unreadable."""
    while True:
        built = []
        path = plans["figures"].path
        try:
            for whole in plans.values():
                path = whole.path
                plan = whole.without(held)
                if _is_needed(plan, about, rebuild):
                    build(plan, aside_of(path), about, _work(plan, plans["text"].path, about))
                    built.append(plan)
            return built
        except IntegrityError as error:
            raise IntegrityError(f"{path}: {error}") from error
        except OSError as error:
            raise PublishError(f"{path}: cannot be built anew: {error.strerror}") from error
        except duckdb.Error as error:
            unreadable: dict[Key, str] = {}
            for whole in plans.values():
                unreadable |= find_unreadable(whole.without(held))
            if not unreadable:
                raise PublishError(f"{path}: {str(error).splitlines()[0]}") from error
            held |= unreadable
            for whole in plans.values():
                remove_leftovers(whole.path)
