"""Documents that LibreOffice has to convert, many a start, ahead of their reading.

A start costs a second or more, a file a tenth of one. Threads wait for LibreOffice, each with a
profile of its own, while the documents that need no conversion are read. What is read of a
document stands in ``pipelines.reports``; the conversion itself in ``pipelines.documents.office``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pipelines.documents.model import NOTHING_PREPARED, Prepared
from pipelines.documents.office import KINDS, Result, convert_many
from pipelines.documents.sniff import OLE, sniff
from pipelines.documents.xls import is_spreadsheet
from pipelines.reports.read import Context

_WINDOW = 40
"""Documents that are looked at together."""
_WINDOW_BYTES = 64_000_000
"""Bytes of them at most, but for the last one."""


@dataclass(frozen=True)
class Task:
    """One document to read.

    Attributes:
        data: its bytes.
        source: its path or address.
        context: what else is known of it.
        prepared: what was made ready for its reading.
    """

    data: bytes
    source: str
    context: Context | None = None
    prepared: Prepared = NOTHING_PREPARED


Numbered = tuple[int, Task]
_Batch = tuple[list[Numbered], Future[list[Result]]]


def needs_conversion(task: Task) -> bool:
    """Whether the first bytes are those of a format that LibreOffice converts."""
    kind = sniff(task.data[:1024], task.source)
    return kind in KINDS and not (kind == OLE and is_spreadsheet(task.data))


def with_conversions(tasks: Iterable[Task], threads: int) -> Iterator[Numbered]:
    """The tasks with their numbers, those converted that have to be.

    The order may differ within a few dozen tasks. While a window of tasks is converted, the next
    one is looked at already.

    Args:
        tasks: in order.
        threads: starts of LibreOffice at once.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="office") as pool:
        started: list[_Batch] = []
        for window in _windows(tasks):
            waiting = [(n, t) for n, t in window if needs_conversion(t)]
            following = _start(pool, waiting, threads)
            chosen = {n for n, _ in waiting}
            yield from ((n, t) for n, t in window if n not in chosen)
            yield from _finished(started)
            started = following
        yield from _finished(started)


def _windows(tasks: Iterable[Task]) -> Iterator[list[Numbered]]:
    window: list[Numbered] = []
    size = 0
    for number, task in enumerate(tasks):
        window.append((number, task))
        size += len(task.data)
        if len(window) >= _WINDOW or size >= _WINDOW_BYTES:
            yield window
            window, size = [], 0
    if window:
        yield window


def _start(pool: ThreadPoolExecutor, waiting: list[Numbered], threads: int) -> list[_Batch]:
    """Gives every thread its share."""
    shares = [waiting[i::threads] for i in range(threads)]
    return [
        (share, pool.submit(convert_many, [(t.source, t.data) for _, t in share]))
        for share in shares
        if share
    ]


def _finished(batches: list[_Batch]) -> Iterator[Numbered]:
    for share, future in batches:
        for (number, task), result in zip(share, future.result(), strict=True):
            prepared = dataclasses.replace(task.prepared, converted=result)
            yield number, dataclasses.replace(task, prepared=prepared)
