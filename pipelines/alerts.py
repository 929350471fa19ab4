"""Telling people about failures: a webhook address or a command, if the settings name one.

Sends and reports whether it could; what is worth telling is decided elsewhere. The address may
hold a secret: it is never logged, nor put into an error's text.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SECONDS = 20.0


class AlertError(Exception):
    """An alert could not be delivered; the message names no address."""


@dataclass(frozen=True)
class Alerts:
    """Where failures are told; nowhere unless something is set.

    Attributes:
        url: takes the message as JSON by POST.
        command: gets the message as JSON on its standard input.
    """

    url: str | None = None
    command: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Alerts:
        """Reads ``GONGKAI_ALERT_URL`` and ``GONGKAI_ALERT_COMMAND``."""
        return cls(
            environment.get("GONGKAI_ALERT_URL") or None,
            environment.get("GONGKAI_ALERT_COMMAND") or None,
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is told at all."""
        return bool(self.url or self.command)

    def send(self, text: str, details: Mapping[str, Any]) -> None:
        """Tells of a failure.

        Args:
            text: for people.
            details: for programs; goes beside ``text`` in the same object.

        Raises:
            AlertError: an address or command did not take it; the other was tried all the same.
        """
        message = json.dumps({"text": text, **details}, ensure_ascii=False).encode()
        faults = []
        if self.url and (fault := _post(self.url, message)):
            faults.append(fault)
        if self.command and (fault := _run(self.command, message)):
            faults.append(fault)
        if faults:
            raise AlertError("; ".join(faults))


def _post(url: str, message: bytes) -> str | None:
    import requests  # every process that loads the definitions would pay for it

    header = {"Content-Type": "application/json; charset=utf-8"}
    try:
        answer = requests.post(url, data=message, headers=header, timeout=_SECONDS)
    except requests.RequestException as error:
        return f"the alert address could not be reached ({type(error).__name__})"
    return None if answer.ok else f"the alert address answered {answer.status_code}"


def _run(command: str, message: bytes) -> str | None:
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, input=message, timeout=_SECONDS, check=False, capture_output=True
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"the alert command did not run ({type(error).__name__})"
    return f"the alert command ended with {done.returncode}" if done.returncode else None
