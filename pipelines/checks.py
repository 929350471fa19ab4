"""The checks as Dagster shows them: one a rule, on asset ``load``, with its partition.

They repeat what the load wrote to the state. Nothing is judged or held back here: a blocking
check of Dagster's stops a whole block, publish holds back one partition.
"""

import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime

import dagster as dg

# The type of a public argument, without a public name.
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData as Target,
)

from pipelines.checking import Result, Rule, rules
from pipelines.freshness import FRESH, stale
from pipelines.partitions import Partition, from_key, to_key
from pipelines.verdicts import Verdicts
from warehouse.home import Home
from warehouse.state import Outcome, State

JUDGED = "load"
"""The asset that the checks stand on."""

_CRAWLED = "crawl"


def make_check_specs(partitions: dg.MultiPartitionsDefinition) -> list[dg.AssetCheckSpec]:
    """One check a rule, and one for the time of the last crawl."""
    with warnings.catch_warnings():
        # Partitions of a check are still called a preview by Dagster; the state has the results.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [_fresh_spec(partitions), *(_rule_spec(rule, partitions) for rule in rules())]


def _fresh_spec(partitions: dg.MultiPartitionsDefinition) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        FRESH,
        asset=_CRAWLED,
        description="The last good crawl is as late as the statutory calendar asks for.",
        partitions_def=partitions,
    )


def _rule_spec(rule: Rule, partitions: dg.MultiPartitionsDefinition) -> dg.AssetCheckSpec:
    held = " A partition that fails it is held back in publish." if rule.required else ""
    return dg.AssetCheckSpec(
        rule.name,
        asset=JUDGED,
        description=rule.about + held,
        metadata={"limit": rule.limit, "least": rule.least, "required": rule.required},
        partitions_def=partitions,
    )


def evaluations(
    home: Home, partition: Partition, instance: dg.DagsterInstance
) -> Iterator[dg.AssetCheckEvaluation]:
    """What the checks said of a partition's version in the lake.

    Args:
        home: whose.
        partition: province and year.
        instance: has the materialisation that was judged, without which Dagster takes a result
            for an older one's and shows none.

    Raises:
        warehouse.state.StateError: the state cannot be read.
    """
    target = _target(instance, JUDGED, partition)
    for result in Verdicts(home).of(partition).results:
        yield _evaluation(partition, result, target)


def shown_again(
    context: dg.AssetExecutionContext, home: Home, now: datetime
) -> Iterator[dg.AssetCheckEvaluation]:
    """The results of a run of checks alone ("Execute all"): of its partitions, else of all.

    Raises:
        warehouse.state.StateError: the state cannot be read.
    """
    chosen = {key.name for key in context.selected_asset_check_keys}
    keys: Iterable[Partition]
    if context.has_partition_key or context.has_partition_key_range:
        keys = [from_key(key) for key in context.partition_keys]
    else:
        keys = Verdicts(home).judged_partitions()
    for partition in keys:
        for evaluation in evaluations(home, partition, context.instance):
            if evaluation.check_name in chosen:
                yield evaluation
    if FRESH in chosen:
        done = State(home).read()
        for partition in sorted(keys):
            crawl = done.get(partition, {}).get("crawl")
            yield freshness(partition, crawl, now, context.instance)


def freshness(
    partition: Partition, crawl: Outcome | None, now: datetime, instance: dg.DagsterInstance
) -> dg.AssetCheckEvaluation:
    """Whether a partition was crawled lately enough."""
    words = stale(partition[1], crawl, now)
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(_CRAWLED),
        check_name=FRESH,
        passed=words is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=words,
        partition=to_key(partition),
        target_materialization_data=_target(instance, _CRAWLED, partition),
    )


def _target(instance: dg.DagsterInstance, asset: str, partition: Partition) -> Target | None:
    """The newest materialisation of a partition."""
    wanted = dg.AssetRecordsFilter(
        asset_key=dg.AssetKey(asset), asset_partitions=[to_key(partition)]
    )
    found = instance.fetch_materializations(wanted, limit=1).records
    if not found:
        return None
    one = found[0]
    return Target(storage_id=one.storage_id, run_id=one.run_id, timestamp=one.timestamp)


def _evaluation(
    partition: Partition, result: Result, target: Target | None
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(JUDGED),
        check_name=result.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.required else dg.AssetCheckSeverity.WARN,
        description=result.words,
        metadata={
            "bad": result.bad,
            "of": result.of,
            "percent": round(100 * result.bad / result.of, 1) if result.of else 0.0,
        },
        partition=to_key(partition),
        target_materialization_data=target,
    )
