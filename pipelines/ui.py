"""Dagster's web interface and daemon on one home, on this machine only."""

from __future__ import annotations

import importlib.util
import os
import runpy
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pipelines.instance import instance_dir, prepare
from pipelines.locks import hold, is_free
from warehouse.facts.files import write_whole
from warehouse.home import Home

LOOPBACK = "127.0.0.1"

Part = Literal["all", "web", "daemon"]
"""What is run: the web interface, the daemon that works on schedules and queues, or both."""

_WORKSPACE = "load_from:\n  - python_module:\n      module_name: pipelines.definitions\n"


class UiError(Exception):
    """The web interface cannot be started; the message says what to do."""


def launch_ui(
    home: Home,
    port: int,
    part: Part = "all",
    *,
    read_only: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Becomes Dagster's web interface, its daemon or both, bound to loopback; ends with it.

    Args:
        home: the home that runs started there work on.
        port: where to listen.
        part: what to run in this process and its children.
        read_only: whether the interface can only be looked at; it then stands alone.
        environment: what it gets, with the home and its instance put in.

    Raises:
        UiError: the webserver is not installed, or a daemon runs on this home already.
        OSError: the instance directory cannot be written.
        SystemExit: always, at the end.
    """
    command, added = ui_command(home, port, part, read_only=read_only, environment=environment)
    os.environ.update(added)
    sys.argv = command
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # As a script's background job: Dagster would then take no SIGTERM either.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with _only_daemon(Path(added["DAGSTER_HOME"]), part, read_only=read_only):
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)


@contextmanager
def _only_daemon(directory: Path, part: Part, *, read_only: bool) -> Iterator[None]:
    """Holds the sign that this home's daemon runs; two would start every run twice.

    Raises:
        UiError: another one runs.
    """
    if part == "web" or read_only:
        yield
        return
    lock = directory / "daemon.lock"
    if not is_free(lock):
        raise UiError(
            "a daemon runs on this home already; stop it first, or use --part web beside it"
        )
    with hold(lock, "another daemon", lambda _: None):
        yield


def ui_command(
    home: Home,
    port: int,
    part: Part = "all",
    *,
    read_only: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> tuple[list[str], dict[str, str]]:
    """Module and arguments, and what is added to the environment; the instance is made.

    Raises:
        UiError: the webserver is not installed.
        OSError: the instance directory cannot be written.
    """
    if part != "daemon" and importlib.util.find_spec("dagster_webserver") is None:
        raise UiError("the web interface is not installed: pip install 'gongkai[ui]'")
    directory = instance_dir(home, environment)
    prepare(directory)
    workspace = Path("workspace.yaml").absolute()
    if not workspace.exists():
        workspace = directory / "workspace.yaml"
        write_whole(workspace, _WORKSPACE)
    added = {"DAGSTER_HOME": str(directory), "GONGKAI_HOME": str(home.root.absolute())}
    named, listening = ["-w", str(workspace)], ["-h", LOOPBACK, "-p", str(port)]
    if part == "daemon" and not read_only:
        return ["dagster._daemon", "run", *named], added
    if part == "web" or read_only:
        closed = ["--read-only"] if read_only else []
        return ["dagster_webserver", *named, *listening, *closed], added
    return ["dagster", "dev", *named, *listening], added
