"""The installed package alone: no clone, an empty directory, and everything is there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import requests
from webui import free_port, stop, wait_until_served

from tests.conftest import ROOT


def tracked() -> list[str]:
    rooms = ["crawler", "pipelines", "warehouse"]
    listed = subprocess.run(
        ["git", "ls-files", "-z", *rooms], cwd=ROOT, capture_output=True, check=True
    ).stdout
    return [name for name in listed.decode().split("\0") if name]


def build(folder: Path) -> Path:
    """A wheel of the tree as it is tracked."""
    source = folder / "source"
    for name in [*tracked(), "pyproject.toml", "README.md", "LICENSE"]:
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment's folder of commands; dependencies are borrowed from ours."""
    folder = tmp_path_factory.mktemp("installed")
    wheel = build(folder)
    assert not set(tracked()) - set(zipfile.ZipFile(wheel).namelist()), "files left out"
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = venv.glob("lib/python3*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python")]
    subprocess.run([*pip, "install", "-q", "--no-deps", str(wheel)], check=True)
    return venv / "bin"


def clean() -> dict[str, str]:
    ours = ("GONGKAI_", "DAGSTER_", "PYTHONPATH")
    return {
        k: v for k, v in os.environ.items() if not k.startswith(ours) and "proxy" not in k.lower()
    }


@pytest.mark.long
def test_the_demo_runs_from_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "gongkai"), "demo"]
    done = subprocess.run(command, cwd=tmp_path, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    asked = [str(installed / "gongkai"), "sql", "SELECT reports FROM meta", "--format", "csv"]
    found = subprocess.run(
        [*asked, "--home", "demo"], cwd=tmp_path, env=clean(), capture_output=True, text=True
    )
    assert int(found.stdout.split()[1]) > 100


@pytest.mark.long
def test_the_web_interface_runs_from_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(installed / "gongkai"), "ui", "--home", "home", "--port", str(port)],
            cwd=tmp_path,
            env=clean() | {"GONGKAI_PAUSED": "1"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_served(port, process)
        query = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
            pipelines { name } schedules { name } sensors { name }
            location { name } } } } }"""
        answer = requests.post(
            f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=60
        ).json()
    finally:
        stop(process)
    (node,) = answer["data"]["repositoriesOrError"]["nodes"]
    assert "collect" in [job["name"] for job in node["pipelines"]]
    assert len(node["schedules"]) == 3
    assert len(node["sensors"]) == 6
    made = {path.name for path in (tmp_path / "home" / "dagster").iterdir()}
    assert {"workspace.yaml", "dagster.yaml"} <= made
