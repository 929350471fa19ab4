from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from fake_stages import NOW, FakeStages, Grid

from pipelines.instance import open_instance
from pipelines.means import Journal, Means
from pipelines.partitions import make_partitions
from pipelines.resources import Settings
from pipelines.runs import BlockResult, run_block
from warehouse.home import Home


@pytest.fixture(scope="session")
def fresh_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance on disk that nothing ran in; making one takes longer than most tests."""
    directory = tmp_path_factory.mktemp("instance") / "dagster"
    with open_instance(directory):
        return directory


@pytest.fixture
def home(tmp_path: Path, fresh_instance: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(fresh_instance, home.dagster)
    return home


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(
        "- host: www.huancui.gov.cn\n  name: 环翠区人民政府\n  province: 山东省\n"
        "  city: 威海市\n  county: 环翠区\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def settings(home: Home, registry: Path) -> Settings:
    return Settings(home=str(home.root), sites=str(registry), delay=0, demo=True)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def run(
    home: Home, settings: Settings, lines: list[str]
) -> Callable[[FakeStages, str, list[int]], BlockResult]:
    def start(stages: FakeStages, province: str, years: list[int]) -> BlockResult:
        means = Means(lambda: stages, lines.append, lambda: NOW, Journal())
        return run_block(home, province, years, settings, home.dagster, means)

    return start


@pytest.fixture
def grid(home: Home) -> Callable[[list[str]], Grid]:
    """Reads the grid as the web interface does: status by asset and key."""

    def read(keys: list[str]) -> Grid:
        partitions = make_partitions()
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            return {
                name: {
                    key: status.value if status else "MISSING"
                    for key, status in (
                        instance.get_status_by_partition(dg.AssetKey(name), keys, partitions)
                        or dict.fromkeys(keys)
                    ).items()
                }
                for name in ("crawl", "parse", "load", "publish")
            }

    return read
