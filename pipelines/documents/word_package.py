"""The zip file around a DOCX document: its parts, relationships and limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from pipelines.documents.invisible import without_invisible_bytes
from pipelines.documents.model import DocumentError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_HEAD = 100  # bytes in which XML says its encoding
MAX_PART = 60_000_000
"""Bytes of one part, unpacked; the longest real report has under 2 million."""
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error)


class Package:
    """An office file's parts.

    Args:
        data: the whole file.
        kind: its name in messages.

    Raises:
        DocumentError: it is no whole zip file.
    """

    def __init__(self, data: bytes, kind: str = "DOCX") -> None:
        self._kind = kind
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise DocumentError(f"the {kind} file is damaged or cut off: {error}") from error

    def part(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            DocumentError: there is none, it is encrypted, damaged or too large unpacked.
        """
        try:
            info = self._archive.getinfo(name)
            if info.flag_bits & 1:
                raise DocumentError(f"the {self._kind} file is encrypted")
            with self._archive.open(info) as part:
                raw = part.read(MAX_PART + 1)
        except KeyError as error:
            raise DocumentError(f"the {self._kind} file has no {name}") from error
        except _DAMAGE as error:
            raise DocumentError(f"the {self._kind} file is damaged: {error}") from error
        if len(raw) > MAX_PART:
            raise DocumentError(f"{name} unpacks to more than {MAX_PART} bytes")
        return raw

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._archive.NameToInfo

    def xml(self, name: str) -> etree._Element:
        """A part as a tree.

        Raises:
            DocumentError: as ``part``, or its XML is broken, too deep or declares entities.
        """
        return parse(self.part(name), self._kind)

    def targets(self, name: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: per id the last word of its type, and the target's name."""
        folder, base = posixpath.split(name)
        where = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(where):
            return {}
        found = {}
        for relation in self.xml(where).iter(f"{_REL}Relationship"):
            if relation.get("TargetMode") == "External":
                continue
            kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
            target = relation.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[relation.get("Id") or ""] = (kind, posixpath.normpath(path))
        return found

    def main(self, usual: str) -> str:
        """The name of the main part; ``usual`` when the package does not say."""
        for kind, target in self.targets("").values():
            if kind == "officeDocument" and self.has(target):
                return target
        return usual


def parse(raw: bytes, kind: str) -> etree._Element:
    """The XML of an office file as a tree.

    Args:
        raw: its bytes.
        kind: the file's name in messages.

    Raises:
        DocumentError: it is broken, too deep or declares entities.
    """
    for strict, usual in _STRICT:
        if strict in raw:
            raw = raw.replace(strict, usual)
    if b"<!DOCTYPE" in raw[:2000] or b"<!ENTITY" in raw:
        raise DocumentError(f"the {kind} file declares XML entities")
    head = raw[:_HEAD].lower()
    if b"encoding" not in head or b"utf-8" in head:
        raw = without_invisible_bytes(raw)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"the {kind} file's XML is broken: {error}") from error
