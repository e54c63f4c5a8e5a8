"""Copies what is reachable of one PDF into another that is being written, under new object numbers."""

from __future__ import annotations

import hashlib
import re
import zlib

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from reports.pdf_file import PdfFile

# Strings are stepped over: they may hold anything, the look of a reference too.
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]*>|(?<![^\s\[])(\d+) 0 R\b", re.DOTALL)
_LENGTH = re.compile(rb"/Length \d+(?: 0 R)? ?")
_HEADED = (b"/S /TH ", b"/S /TD ")


class PdfCopy:
    """The objects of `source` on their way into `file`. `written` holds the streams that are there already, from any document.

    `prefix` goes in front of the identifiers of header cells, so that they stay unique in the whole; `first_key` is where its keys into
    the tags begin there.
    """

    def __init__(self, source: Pdf, file: PdfFile, written: dict[bytes, int], *, prefix: str, first_key: int) -> None:
        self._source = source
        self._file = file
        self._written = written
        self._prefix = prefix
        self._first_key = first_key
        self._numbers: dict[int, int] = {}
        self._waiting: list[int] = []
        self.identifiers: list[tuple[str, int]] = []

    def stand_for(self, number: int) -> Object:
        """Something to refer to in the source that becomes a reference to this object of the whole."""
        found = self._source.make_indirect(Dictionary())
        self._numbers[found.objgen[0]] = number
        return found

    def number(self, found: Object) -> int:
        """The number that an indirect object of the source has in the whole."""
        return self._renumber(found.objgen[0])

    def text(self, found: Object) -> bytes:
        """The object as it stands in the whole: a reference for an indirect one."""
        return _REFERENCE.sub(self._replaced, found.unparse())

    def finish(self) -> None:
        """Writes everything that was referred to, and what that refers to."""
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            for number in waiting:
                self._write(self._numbers[number], self._source.get_object(number, 0))

    def _replaced(self, match: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % self._renumber(int(match[1])) if match[1] else match[0]

    def _renumber(self, old: int) -> int:
        if old not in self._numbers:
            found = self._source.get_object(old, 0)
            self._numbers[old] = self._stream(found) if isinstance(found, Stream) else self._file.reserve()
            if not isinstance(found, Stream):
                self._waiting.append(old)
        return self._numbers[old]

    def _stream(self, found: Stream) -> int:
        """Writes a stream, such as a font; the number of the one that is written already if there is the same."""
        entries, content = self._parts(found)
        digest = hashlib.sha256(b"%d %s%s" % (len(entries), entries, content)).digest()
        if digest not in self._written:
            self._written[digest] = number = self._file.reserve()
            self._file.put_stream(number, entries, content)
        return self._written[digest]

    def _write(self, number: int, found: Object) -> None:
        text = found.unparse(resolved=True)
        # Looked for in the text first: to ask every object for its entries would take most of the time.
        if any(role in text for role in _HEADED):
            self._prefix_identifiers(found, number)
            text = found.unparse(resolved=True)
        if b"/StructParent" in text:
            for key in ("/StructParent", "/StructParents"):
                if key in found:
                    found[key] = int(found[key]) + self._first_key
            text = found.unparse(resolved=True)
        self._file.put(number, _REFERENCE.sub(self._replaced, text))

    def _prefix_identifiers(self, cell: Object, number: int) -> None:
        if Name.ID in cell:
            name = f"{self._prefix}{cell.ID}"
            cell.ID = String(name)
            self.identifiers.append((name, number))
        if Name.A in cell and Name.Headers in cell.A:
            cell.A.Headers = Array([String(f"{self._prefix}{header}") for header in cell.A.Headers.as_list()])

    def _parts(self, stream: Stream) -> tuple[bytes, bytes]:
        """The entries of its dictionary as they stand in the whole, without the length, and its content, compressed if it was not."""
        content = stream.read_raw_bytes()
        entries = stream.stream_dict
        if Name.Filter not in entries and entries.get("/Type") != Name.Metadata:
            content = zlib.compress(content, 9)
            entries.Filter = Name.FlateDecode
        text = _LENGTH.sub(b"", entries.unparse(resolved=True))
        return _REFERENCE.sub(self._replaced, text)[2:-2], content
