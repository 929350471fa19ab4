"""The job over the whole road. Schedules and sensors launch it; they do not belong here."""

from __future__ import annotations

import dagster as dg

from pipelines.means import STAGES

COLLECT = "collect"


def make_collect() -> dg.UnresolvedAssetJobDefinition:
    """The job that takes a block of partitions down the whole road, in one process."""
    return dg.define_asset_job(
        COLLECT,
        selection=dg.AssetSelection.assets(*STAGES),
        description="Crawl, parse, load and publish a province and a range of years.",
        executor_def=dg.in_process_executor,
    )
