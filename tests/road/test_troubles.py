"""A run names the documents that did not become data, and its exit code says there are some."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.replica.build import load_world
from crawler.replica.server import running_replica
from crawler.replica.site import Fault
from pipelines.cli import cli


def test_a_run_with_a_failed_and_a_blocked_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world("small")
    first = world.truth[0]
    same = [t for t in world.truth if (t.site, t.year) == (first.site, first.year)]
    world.faults[same[0].url] = Fault("error_500")
    world.faults[same[1].url] = Fault("challenge_412")
    with running_replica(world) as replica:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, replica.proxy_url)
        sites = tmp_path / "sites"
        world.write_sites(sites)
        words = ["--home", str(tmp_path / "home"), "--sites", str(sites), "--delay", "0"]
        result = CliRunner().invoke(
            cli,
            [*words, "run", "--site", first.site, "--year", str(first.year)],
            standalone_mode=False,
        )
    assert result.return_value == 2, result.output
    assert f"failed {first.province} {first.year} {same[0].url}: status 500" in result.stderr
    assert f"blocked {first.province} {first.year} {same[1].url}: challenge page" in result.stderr
