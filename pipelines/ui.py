"""Dagster's web interface and daemon on one home, on this machine only."""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.instance import instance_dir, prepare
from warehouse.facts.files import write_whole
from warehouse.home import Home

LOOPBACK = "127.0.0.1"
_WORKSPACE = "load_from:\n  - python_module:\n      module_name: pipelines.definitions\n"


class UiError(Exception):
    """The web interface cannot be started; the message says what to do."""


def launch_ui(home: Home, port: int, environment: Mapping[str, str] = os.environ) -> None:
    """Becomes ``dagster dev``, bound to loopback; ends with it.

    Args:
        home: the home that runs started there work on.
        port: where to listen.
        environment: what it gets, with the home and its instance put in.

    Raises:
        UiError: the webserver is not installed.
        OSError: the instance directory cannot be written.
        SystemExit: always, at the end.
    """
    arguments, added = ui_command(home, port, environment)
    os.environ.update(added)
    sys.argv = ["dagster", *arguments]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)


def ui_command(
    home: Home, port: int, environment: Mapping[str, str] = os.environ
) -> tuple[list[str], dict[str, str]]:
    """Dagster's arguments and environment; the instance and workspace are made.

    Raises:
        UiError: the webserver is not installed.
        OSError: the instance directory cannot be written.
    """
    if importlib.util.find_spec("dagster_webserver") is None:
        raise UiError("the web interface is not installed: pip install 'gongkai[ui]'")
    directory = instance_dir(home, environment)
    prepare(directory)
    workspace = Path("workspace.yaml").absolute()
    if not workspace.exists():
        workspace = directory / "workspace.yaml"
        write_whole(workspace, _WORKSPACE)
    added = {"DAGSTER_HOME": str(directory), "GONGKAI_HOME": str(home.root.absolute())}
    return ["dev", "-w", str(workspace), "-h", LOOPBACK, "-p", str(port)], added
