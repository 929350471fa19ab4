"""The road as Dagster assets: one step that runs the stages and tells the truth by partition.

Four assets, one operation. Measured on Dagster 1.13: an operation that returns nothing or a
``MaterializeResult`` marks every key of a block as materialised, the failed ones too. With one
operation an asset, logging the good keys and then failing is true in the grid, but skips all that
lies downstream; logging the good keys without an output skips it as well, and the run is green.
In one operation over all four assets every key gets its own materialisation in every asset it
reached, and a failure raised at the very end turns the keys without one red and the run with
them, from the web interface, from a backfill and from ``gongkai run`` alike. It also saves a
process start an asset.

What the stages do is ``pipelines.stages``'; how one leads to the next is ``pipelines.road``'s.
"""

import hashlib
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import dagster as dg

from pipelines.checks import JUDGED, evaluations, freshness, make_check_specs, shown_again
from pipelines.locks import province_lock
from pipelines.means import STAGES, Means, is_good, reasons
from pipelines.partitions import Partition, by_province, describe, from_key, to_key
from pipelines.resources import Settings
from pipelines.road import travel
from pipelines.sight import Sight
from pipelines.tables import files_table, stamp, table_events
from warehouse.home import Home
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

_ABOUT = {
    "crawl": (
        "What the province's sites list for the year, byte for byte, in the archive (WARC).\n\n"
        "Green: every list was read to its end, also when it held nothing. Red: a site was down, "
        "or lists less than it should; what the others gave goes on to the next stages.",
        {"scrapy", "warc"},
    ),
    "parse": (
        "Reports read from the archived documents, with findings. No site is asked: materialize "
        "this, `load` and `publish` to read the archive anew.\n\n"
        "Red: only where the crawl failed and left nothing to read, or the stage broke off.",
        {"python"},
    ),
    "load": (
        "The year's tables in the lake (Parquet), a version of its own for each load, judged by "
        "the checks.\n\n"
        "Red: nothing was written; the version before stands.",
        {"parquet"},
    ),
    "publish": (
        "The year in `gongkai.duckdb` and `gongkai-text.duckdb`.\n\n"
        "Red: a required check of `load` holds the year back, or it came no further than an "
        "earlier stage; what was published of it before stays.",
        {"duckdb"},
    ),
}
_NAMED_FAILURES = 20

Event: TypeAlias = dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckEvaluation


def make_road(partitions: dg.MultiPartitionsDefinition, means: Means) -> dg.AssetsDefinition:
    """The four assets over all partitions.

    Args:
        partitions: what they are partitioned by.
        means: the stages and whom to tell.
    """

    @dg.multi_asset(
        name="road",
        specs=list(_specs()),
        check_specs=make_check_specs(partitions),
        partitions_def=partitions,
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"settings"},
    )
    def road(
        context: dg.AssetExecutionContext,
    ) -> Iterator[Event]:
        settings: Settings = context.resources.settings
        chosen = [name for name in STAGES if dg.AssetKey(name) in context.selected_asset_keys]
        if chosen:
            yield from _collected(context, settings, chosen, partitions, means)
        else:
            yield from shown_again(context, settings.at(), means.clock())

    return road


def _collected(
    context: dg.AssetExecutionContext,
    settings: Settings,
    chosen: Sequence[str],
    partitions: dg.MultiPartitionsDefinition,
    means: Means,
) -> Iterator[Event]:
    """Takes the run's provinces down the road, one after the other.

    Raises:
        dagster.Failure: a partition did not come through, or there are none.
    """
    home, sight = settings.at(), Sight(settings.at())
    failed: dict[Partition, str] = {}
    before = stamp(home)
    try:
        for province, years in _wanted(context).items():
            with province_lock(home, province, means.say):
                block = _block(context.run.run_id, settings, province, years, means)
                began = time.monotonic()
                for stage, outcomes in travel(block, chosen, means, _crash_log(context, means)):
                    took = time.monotonic() - began
                    means.journal.note(stage, outcomes)
                    failed = reasons(stage, outcomes) | failed
                    # Oldest first: the newest year is what the asset's page shows.
                    for partition, outcome in sorted(outcomes.items()):
                        if partitions.has_partition_key(to_key(partition)):
                            yield from _shown(home, sight, stage, partition, outcome, took)
                            yield from _judged(context, home, stage, partition, outcome, means)
                    began = time.monotonic()
        if "publish" in chosen and stamp(home) != before:
            yield from table_events(home)
    except GeneratorExit:
        raise
    except BaseException as error:
        means.journal.interrupted = not isinstance(error, Exception)
        raise
    if failed:
        raise _verdict(failed)


def _wanted(context: dg.AssetExecutionContext) -> dict[str, tuple[int, ...]]:
    """The years of the run by province.

    Raises:
        dagster.Failure: the run was started without partitions.
    """
    if not (context.has_partition_key or context.has_partition_key_range):
        raise dg.Failure(
            description="This run was started without partitions: choose provinces and years.",
            allow_retries=False,
        )
    return by_province(from_key(key) for key in context.partition_keys)


def _specs() -> Iterator[dg.AssetSpec]:
    before: str | None = None
    for name in STAGES:
        description, kinds = _ABOUT[name]
        yield dg.AssetSpec(
            name,
            deps=[before] if before else [],
            description=description,
            kinds=kinds,
            group_name="road",
            owners=["team:gongkai"],
            skippable=True,
        )
        before = name


def _block(
    run: str, settings: Settings, province: str, years: tuple[int, ...], means: Means
) -> "Block":
    from pipelines.stages import Block

    now = means.clock()
    # The province is in the name, so that one Dagster run over many provinces has many names.
    mark = hashlib.sha256(f"{run} {province}".encode()).hexdigest()[:4]
    return Block(
        home=settings.at(),
        province=province,
        years=years,
        run_id=f"{now:%Y%m%dT%H%M%S}-{mark}",
        sites=settings.sites_of(province),
        delay=settings.delay,
        demo=settings.demo,
        now=now,
        say=means.say,
        full=settings.full,
        quiet=settings.quiet(),
        registry=settings.sites_of(province, every=True),
        release=settings.release,
    )


def _shown(
    home: Home, sight: Sight, stage: str, partition: Partition, outcome: Outcome, seconds: float
) -> Iterator[Event]:
    """What Dagster gets to see of a partition after a stage.

    One that failed is observed, not materialised: its cell stays red and its page says why.
    """
    metadata = sight.of(stage, partition, outcome, seconds)
    if not is_good(outcome):
        yield dg.AssetObservation(stage, partition=to_key(partition), metadata=metadata)
        return
    if stage == "publish" and (table := files_table(home)):
        metadata["published_files"] = dg.MetadataValue.md(table)
    yield dg.AssetMaterialization(stage, partition=to_key(partition), metadata=metadata)


def _judged(
    context: dg.AssetExecutionContext,
    home: Home,
    stage: str,
    partition: Partition,
    outcome: Outcome,
    means: Means,
) -> Iterator[Event]:
    """What the checks say of a partition after a stage; its materialisation is in store."""
    if stage == "crawl":
        yield freshness(partition, outcome, means.clock(), context.instance)
    elif stage == JUDGED:
        # After a load that failed the results are those of the version that stands.
        yield from evaluations(home, partition, context.instance)


def _crash_log(context: dg.AssetExecutionContext, means: Means) -> Callable[[str, Exception], None]:
    """Tells of a stage's exception: whole in Dagster's log, in one line as progress."""

    def tell(stage: str, error: Exception) -> None:
        trace = "".join(traceback.format_exception(error))
        context.log.error(f"{stage} broke off:\n{trace}")
        means.say(f"{stage} broke off: {type(error).__name__}: {error}")

    return tell


def _verdict(failed: Mapping[Partition, str]) -> dg.Failure:
    lines = [f"{describe([key])}: {reason}" for key, reason in failed.items()]
    more = len(lines) - _NAMED_FAILURES
    shown = lines[:_NAMED_FAILURES] + ([f"and {more} more"] if more > 0 else [])
    return dg.Failure(
        description=f"{len(failed)} partitions failed, the others went through:\n"
        + "\n".join(shown),
        metadata={"failed": {str(to_key(key)): reason for key, reason in failed.items()}},
        allow_retries=False,
    )
