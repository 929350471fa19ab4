"""Pictures of single lines of text to text, with what else the ink may say.

The recogniser's model comes with the package ``rapidocr`` and runs in ``onnxruntime``; nothing is
downloaded. Where lines of text stand is found elsewhere; no detector is used.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.documents.model import OCR_MISSING, DocumentError
from pipelines.documents.scan_light import Pixels

_HEIGHT = 48  # pixels of a line in the model's training
_STEP = 8  # pixels of one position of its answer
_NARROWEST, _WIDEST = 64, 2400
_BATCH_PIXELS = 5_000  # pixels of width of one batch
_THREADS = 1  # documents are read side by side; one thread wastes least
_POSSIBLE = 0.01  # a character less likely than this is no other reading
_MOST_READINGS = 6
_MOST_TRIED = 2000
_LONGEST_FIGURE = 24  # characters
_ALIKE = {
    **{d: d + chr(ord(d) + 0xFEE0) for d in "23456789"},
    "0": "0Oo\uff10\uff2f\uff4f\u3007\u25cb",
    "1": "1lI\uff11\uff4c\uff29",
    "-": "-\u2010\u2011\u2012\u2013\u2014\u2015\u2500\uff0d\u4e00\u30fc\u2212",
    "/": "/\uff0f",
    ".": ".\uff0e",
    ",": ",\uff0c",
    "+": "+\uff0b",
}
"""What a cell of figures may print, and the characters that look the same there."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line read as a figure.

    Attributes:
        text: the best reading: digits, sign, separators, strokes.
        score: probability of its least certain character, from 0 to 1.
        others: less likely readings, the best first.
    """

    text: str
    score: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one line says.

    Attributes:
        text: the best reading.
        score: probability of its least certain character, from 0 to 1.
        mean: the mean of these probabilities.
        places: where each character stands, in shares of the width.
        figure: the same read as a figure: characters that look alike there taken as one; None
            when the text is too long for one. The score tells how likely it is one at all.
    """

    text: str
    score: float
    mean: float = 0.0
    places: tuple[float, ...] = ()
    figure: Figure | None = None


@cache
def _model() -> tuple[Any, tuple[str, ...]]:
    """The recogniser and its characters, loaded once a process.

    Raises:
        DocumentError: the optional packages are not installed.
    """
    found = find_spec("rapidocr")
    if found is None or not found.submodule_search_locations or find_spec("onnxruntime") is None:
        raise DocumentError(OCR_MISSING)
    models = sorted(Path(found.submodule_search_locations[0]).glob("models/*_rec_*.onnx"))
    if not models:
        raise DocumentError("the installed rapidocr package holds no recogniser")
    # Before the import: it would tell its maker of each start and keep an identifier of the user.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # shapes vary; an arena would keep the largest of each
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(models[-1]), options, providers=["CPUExecutionProvider"]
    )
    listed = session.get_modelmeta().custom_metadata_map.get("character", "")
    if not listed:
        raise DocumentError("the installed rapidocr package does not name its characters")
    return session, ("", *listed.split("\n"), " ")


def check_installed() -> None:
    """Loads the recogniser.

    Raises:
        DocumentError: the optional packages are not installed.
    """
    _model()


def recognise(lines: Sequence[Pixels]) -> list[Reading]:
    """Reads pictures of single lines.

    Args:
        lines: grey levels, 255 is paper.

    Raises:
        DocumentError: the optional packages are not installed.
    """
    readings = [Reading("", 0.0)] * len(lines)
    session, characters = _model()
    name = session.get_inputs()[0].name
    for numbers, width in _batches(lines):
        batch = np.ones((len(numbers), 3, _HEIGHT, width), dtype=np.float32)
        used = []
        for i, number in enumerate(numbers):
            fitted = _fitted(lines[number], width)
            batch[i, :, :, : fitted.shape[1]] = fitted
            used.append(fitted.shape[1])
        answer = session.run(None, {name: batch})[0]
        for number, steps, filled in zip(numbers, answer, used, strict=True):
            readings[number] = _decode(steps, characters, filled)
    return readings


def _width(line: Pixels) -> int:
    """The width a line has at the model's height."""
    height, width = int(line.shape[0]), int(line.shape[1])
    return min(_WIDEST, max(8, math.ceil(width * _HEIGHT / max(1, height))))


def _batches(lines: Sequence[Pixels]) -> Iterator[tuple[list[int], int]]:
    """Lines of about one width, and the width they are padded to."""
    order = sorted((i for i, x in enumerate(lines) if x.size), key=lambda i: _width(lines[i]))
    batch: list[int] = []
    for i in order:
        width = _padded(_width(lines[i]))
        if batch and (
            (len(batch) + 1) * width > _BATCH_PIXELS
            or width > 1.3 * _padded(_width(lines[batch[0]]))
        ):
            yield batch, _padded(_width(lines[batch[-1]]))
            batch = []
        batch.append(i)
    if batch:
        yield batch, _padded(_width(lines[batch[-1]]))


def _padded(width: int) -> int:
    return max(_NARROWEST, -(-width // 32) * 32)


def _fitted(line: Pixels, most: int) -> NDArray[np.float32]:
    width = min(most, _width(line))
    image = Image.fromarray(line).resize((width, _HEIGHT), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float32) / 127.5 - 1.0


def _decode(steps: NDArray[np.float32], characters: tuple[str, ...], filled: int) -> Reading:
    """The text of one answer: for each position the probability of each character or none."""
    best = steps.argmax(axis=1)
    text: list[str] = []
    scores: list[float] = []
    places: list[float] = []
    total = max(1.0, filled / _STEP)
    before = 0
    for at, index in enumerate(best.tolist()):
        if index != 0 and index == before:
            # The same character goes on; its surest position counts.
            scores[-1] = max(scores[-1], float(steps[at, index]))
        elif 0 < index < len(characters):
            text.append(characters[index])
            scores.append(float(steps[at, index]))
            places.append(min(1.0, (at + 0.5) / total))
        before = index
    if not text:
        return Reading("", 0.0)
    figure = _figure(steps) if len(text) <= _LONGEST_FIGURE else None
    mean = sum(scores) / len(scores)
    return Reading("".join(text), min(scores), mean, tuple(places), figure)


@cache
def _kinds() -> tuple[tuple[str, ...], tuple[NDArray[np.int64], ...]]:
    """The characters of figures, and the places of their look-alikes in the model's answer."""
    _, characters = _model()
    place = {c: i for i, c in enumerate(characters)}
    kinds = tuple(_ALIKE)
    return kinds, tuple(
        np.array([place[c] for c in _ALIKE[k] if c in place], dtype=np.int64) for k in kinds
    )


def _figure(steps: NDArray[np.float32]) -> Figure | None:
    """An answer as a figure, None when there is no ink in it."""
    kinds, places = _kinds()
    mass = np.stack([steps[:, 0], *(steps[:, p].sum(axis=1) for p in places)], axis=1)
    # Where it prints no figure at all, the best that it could be still counts as ink.
    other = 1.0 - mass.sum(axis=1)
    best = np.where(other > mass[:, 0], mass[:, 1:].argmax(axis=1) + 1, mass.argmax(axis=1))
    groups: list[list[int]] = []
    for at, kind in enumerate(best.tolist()):
        if kind == 0:
            continue
        if groups and groups[-1][-1] == at - 1 and best[at - 1] == kind:
            groups[-1].append(at)
        else:
            groups.append([at])
    if not groups:
        return None
    peaks = [max(g, key=lambda at: mass[at, best[at]]) for g in groups]
    text = "".join(kinds[best[p] - 1] for p in peaks)
    score = min(float(mass[p, best[p]]) for p in peaks)
    return Figure(text, score, _others(text, [_choices(mass[p], kinds) for p in peaks]))


def _choices(mass: NDArray[np.float32], kinds: tuple[str, ...]) -> list[tuple[float, str]]:
    """The likely characters of one position; "" where there may be none."""
    return [
        (float(mass[i]), kinds[i - 1] if i else "")
        for i in np.argsort(-mass).tolist()
        if mass[i] >= _POSSIBLE
    ]


def _others(best: str, choices: list[list[tuple[float, str]]]) -> tuple[str, ...]:
    """Less likely readings, the best first."""
    if math.prod(len(c) for c in choices) > _MOST_TRIED:
        return ()
    ranked = sorted(
        (
            (math.prod(p for p, _ in pick), "".join(c for _, c in pick))
            for pick in product(*choices)
        ),
        reverse=True,
    )
    return tuple(dict.fromkeys(t for _, t in ranked if t not in ("", best)))[:_MOST_READINGS]
