from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from crawler.replica.build import load_world
from crawler.replica.server import Replica, running_replica
from crawler.replica.world import World
from tests.replica.client import Answer, ask

Get = Callable[..., Answer]


@pytest.fixture(scope="session")
def demo() -> World:
    return load_world("demo")


@pytest.fixture(scope="session")
def demo_replica(demo: World) -> Iterator[Replica]:
    with running_replica(demo) as replica:
        yield replica


@pytest.fixture(scope="session")
def get(demo_replica: Replica) -> Get:
    """Ask the demo replica, following no redirect."""

    def ask_demo(url: str, headers: Mapping[str, str] | None = None, form: str = "") -> Answer:
        return ask(demo_replica.port, url, headers or {}, form)

    return ask_demo


@pytest.fixture
def small() -> World:
    """A world of a test's own, to be changed."""
    return load_world("small")
