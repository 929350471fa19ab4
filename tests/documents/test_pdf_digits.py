"""PDF files whose text says other digits than their pages show: never believed."""

from __future__ import annotations

import re
import zlib
from random import Random

import pytest

from pipelines.documents.model import NeedsOcrError
from pipelines.documents.pdf import DISGUISED, read_pdf
from pipelines.documents.pdf_digits import are_in_order
from tests.conftest import ROOT
from tests.documents.pdf_made import file_of

FIXTURES = ROOT / "tests" / "fixtures"
_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)\s*endobj", re.S)


def _mixed_up(data: bytes, order: str) -> bytes:
    """A file whose maps of characters call the digits 0 to 9 by those of ``order``."""
    objects = {}
    for number, body in _OBJECT.findall(data):
        _, mark, packed = body.partition(b"stream\n")
        try:
            text = zlib.decompress(packed) if mark else b""
        except zlib.error:
            text = b""
        if b"begincmap" in text:
            new = re.sub(
                rb"(<[0-9A-F]{2,4}> )<003(\d)>",
                lambda m: m[1] + b"<003%s>" % order[int(m[2])].encode(),
                text,
            )
            packed = zlib.compress(new)
            length = b"/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
            body = b"<<" + length + packed + b"\nendstream"
        objects[int(number)] = body
    root = re.search(rb"/Root (\d+) 0 R", data)
    assert root is not None
    first = objects.pop(int(root[1]))
    moved = max(objects) + 1
    objects[moved] = objects.pop(1, b"")
    text = {n: re.sub(rb"(?<!\d)1 0 R", b"%d 0 R" % moved, b) for n, b in objects.items()}
    return file_of({1: first, **text})


@pytest.mark.parametrize("order", ["0123456789", "0128456739", "0123459786", "8123456709"])
def test_digits_that_are_drawn_as_others_are_not_believed(order: str) -> None:
    data = (FIXTURES / "pdf_office_2021" / "document.pdf").read_bytes()
    changed = _mixed_up(data, order)
    if order == "0123456789":
        assert read_pdf(changed).tables
        return
    with pytest.raises(NeedsOcrError) as raised:
        read_pdf(changed)
    document = raised.value.document
    if document is not None:
        assert any(DISGUISED in n for n in document.notes)


def test_any_order_but_that_of_look_alikes_is_seen() -> None:
    data = (FIXTURES / "pdf_office_2021" / "document.pdf").read_bytes()
    rng = Random(5)
    for _ in range(5):
        order = "".join(rng.sample("0123456789", 10))
        with pytest.raises(NeedsOcrError):
            read_pdf(_mixed_up(data, order))


def test_maps_in_order_are_known() -> None:
    assert are_in_order(b"beginbfchar\n<0013> <0030>\n<0015> <0031>\nendbfchar")
    assert not are_in_order(b"beginbfchar\n<0013> <0033>\n<0015> <0031>\nendbfchar")
    assert not are_in_order(b"beginbfrange\n<13> <15> [<0033> <0031> <0032>]\nendbfrange")
