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
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import dagster as dg

from pipelines.checks import JUDGED, evaluations, make_check_specs
from pipelines.locks import province_lock
from pipelines.means import STAGES, Means, is_good, reasons
from pipelines.partitions import Partition, by_province, describe, from_key, to_key
from pipelines.resources import Settings
from pipelines.road import travel
from pipelines.sight import Sight
from pipelines.tables import files_table, table_events
from warehouse.home import Home
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

_ABOUT = {
    "crawl": ("Raw responses of the province's sites, in the archive.", {"scrapy", "warc"}),
    "parse": ("Reports read from the archived documents, with findings.", {"python"}),
    "load": ("The partition's tables in the lake.", {"parquet"}),
    "publish": ("The partition in the published database files.", {"duckdb"}),
}
_NAMED_FAILURES = 20

Event: TypeAlias = dg.AssetMaterialization | dg.AssetCheckEvaluation


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
        home, sight = settings.at(), Sight(settings.at())
        wanted = by_province(from_key(key) for key in context.partition_keys)
        failed: dict[Partition, str] = {}
        chosen = [name for name in STAGES if dg.AssetKey(name) in context.selected_asset_keys]
        try:
            for province, years in wanted.items():
                with province_lock(home, province, means.say):
                    block = _block(context.run.run_id, settings, province, years, means)
                    for stage, outcomes in travel(block, chosen, means, _crash_log(context, means)):
                        means.journal.note(stage, outcomes)
                        failed = reasons(stage, outcomes) | failed
                        for partition, outcome in outcomes.items():
                            if is_good(outcome) and partitions.has_partition_key(to_key(partition)):
                                yield from _shown(home, sight, stage, partition, outcome)
            if "publish" in chosen:
                yield from table_events(home)
        except GeneratorExit:
            raise
        except BaseException as error:
            means.journal.interrupted = not isinstance(error, Exception)
            raise
        if failed:
            raise _verdict(failed)

    return road


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
    home: Home, sight: Sight, stage: str, partition: Partition, outcome: Outcome
) -> Iterator[Event]:
    """What Dagster gets to see of a partition that came through a stage."""
    metadata = sight.of(stage, partition, outcome)
    if stage == "publish" and (table := files_table(home)):
        metadata["published_files"] = dg.MetadataValue.md(table)
    yield dg.AssetMaterialization(stage, partition=to_key(partition), metadata=metadata)
    if stage == JUDGED:
        yield from evaluations(home, partition)


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
