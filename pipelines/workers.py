"""Reading documents in processes of their own, bounded in time and memory.

What was fetched is hostile: it may be built to hang a parser or to fill the memory. Each document
is read in a worker that can be killed without harm; what it does to the worker becomes the
document's own rejection. What is read stands in ``pipelines.reports``.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

from pipelines.conversion import Task, with_conversions
from pipelines.documents.sniff import PDF, sniff
from pipelines.reports.model import Report
from pipelines.reports.read import read_report

SECONDS = 120.0
"""Time for one document."""

SCAN_FACTOR = 5
"""How much longer files take that may have to be read by OCR: some seconds a page."""

_PICTURES = (b"data:image/", b"word/media/", b"Content-Type: image/")
"""What files hold that hold pictures: pages, Word's files, web archives."""

MEMORY = 3 * 1024**3
"""Bytes of data that a worker may hold."""

_RENEW = 500  # documents; a worker is replaced before leaks in native libraries add up


@dataclass
class _Worker:
    process: ForkServerProcess
    pipe: Connection
    number: int | None = None
    task: Task | None = None
    deadline: float = 0.0
    done: int = 0


def rejected(task: Task, reason: str) -> dict[str, Any]:
    """The report of a document that could not be read."""
    sha256 = hashlib.sha256(task.data).hexdigest()
    return Report(task.source, sha256, "rejected", error=reason, rejected_as="unreadable").to_json()


class Readers:
    """A few workers that read documents.

    Args:
        workers: how many at once.
        seconds: time for one document.
        memory: bytes of data that a worker may hold.
    """

    def __init__(self, workers: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._size = max(1, workers)
        self._seconds = seconds
        self._memory = memory
        self._workers: list[_Worker] = []
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["pipelines.reports.read"])

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that live now."""
        return [w.process.pid for w in self._workers if w.process.pid is not None]

    def read(self, tasks: Iterable[Task]) -> Iterator[dict[str, Any]]:
        """Reads documents, each as ``gongkai parse --json`` gives it, in the order of the tasks.

        A few dozen tasks are taken ahead, so that LibreOffice converts many files a start.
        """
        todo = with_conversions(tasks, self._size)
        ready: dict[int, dict[str, Any]] = {}
        following = 0
        exhausted = False
        while True:
            while not exhausted and (worker := self._idle(len(ready))) is not None:
                number, task = next(todo, (None, None))
                if number is None or task is None:
                    exhausted = True
                else:
                    self._give(worker, number, task)
            busy = [w for w in self._workers if w.number is not None]
            while following in ready:
                yield ready.pop(following)
                following += 1
            if not busy and exhausted:
                return
            self._collect(busy, ready)

    def _idle(self, waiting: int) -> _Worker | None:
        """A worker with nothing to do; none while results wait for a slow document before them."""
        is_busy = any(w.number is not None for w in self._workers)
        if waiting > 50 * self._size and is_busy:
            return None
        for worker in list(self._workers):
            if worker.number is None:
                if worker.done < _RENEW and worker.process.is_alive():
                    return worker
                self._end(worker)
        return self._start() if len(self._workers) < self._size else None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._memory), daemon=False)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, number: int, task: Task) -> None:
        worker.number, worker.task = number, task
        worker.deadline = time.monotonic() + self._limit(task)
        # A worker that has just died: its pipe, which is waited for next, says so.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send(task)

    def _limit(self, task: Task) -> float:
        """The time for one document, by its first bytes."""
        kind = sniff(task.data[:1024], task.source)
        slow = kind == PDF or kind.startswith("image/") or bool(task.prepared.pictures)
        slow = slow or any(mark in task.data for mark in _PICTURES)
        return self._seconds * (SCAN_FACTOR if slow else 1)

    def _collect(self, busy: list[_Worker], ready: dict[int, dict[str, Any]]) -> None:
        """Waits for a result, a death or a deadline."""
        patience = max(0.0, min((w.deadline for w in busy), default=0) - time.monotonic())
        spoken = wait([w.pipe for w in busy], timeout=patience)
        for worker in busy:
            number, task = worker.number, worker.task
            if number is None or task is None:
                continue
            if worker.pipe in spoken:
                try:
                    ready[number] = worker.pipe.recv()
                    worker.done += 1
                except (EOFError, OSError):
                    ready[number] = rejected(task, "reading it ended the reader")
                    self._end(worker)
            elif time.monotonic() >= worker.deadline:
                self._end(worker)
                words = f"reading it took longer than {self._limit(task):.0f} seconds"
                ready[number] = rejected(task, words)
            else:
                continue
            worker.number = worker.task = None

    def _end(self, worker: _Worker) -> None:
        """Ends a worker and all that it started."""
        worker.pipe.close()
        if worker.process.pid is not None:
            for kill in (os.killpg, os.kill):
                try:
                    kill(worker.process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        worker.process.join()
        self._workers.remove(worker)

    def close(self) -> None:
        """Ends all workers."""
        for worker in list(self._workers):
            self._end(worker)


@contextmanager
def readers(workers: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[Readers]:
    """Workers for the length of a with block."""
    pool = Readers(workers, seconds, memory)
    try:
        yield pool
    finally:
        pool.close()


def _work(pipe: Connection, memory: int) -> None:
    """A worker's life: one document after another until the pipe closes."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    while True:
        try:
            task: Task = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_read(task, memory))


def _read(task: Task, memory: int) -> dict[str, Any]:
    try:
        return read_report(task.data, task.source, task.context, task.prepared).to_json()
    except MemoryError:
        return rejected(task, f"reading it needs more than {memory} bytes of memory")
    except RecursionError:
        return rejected(task, "it is nested too deeply")
    except Exception as error:
        # A fault of ours: the document says so and the rest of the run goes on.
        traceback.print_exc()
        return rejected(task, f"our reader failed: {type(error).__name__}: {error}")
