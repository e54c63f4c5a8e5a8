"""Writes one PDF from pieces, object by object: what has been written is not kept, so the size of the whole does not matter.

Objects come as their text. Those without a stream are packed together and compressed, and the table that says where everything is
becomes a compressed stream too (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from typing import BinaryIO

import numpy as np

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PACKED = 200
"""How many objects share a compressed stream."""

_FREE, _AT, _PACKED_IN = 0, 1, 2


class PdfFile:
    """A PDF being written. `reserve` gives an object its number before it is known what it says."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = 0
        self._digest = hashlib.sha256()
        self._kinds, self._places, self._details = array("B", [_FREE]), array("Q", [0]), array("H", [0])
        self._waiting: list[tuple[int, bytes]] = []
        self._write(HEADER)

    def reserve(self) -> int:
        self._kinds.append(_FREE)
        self._places.append(0)
        self._details.append(0)
        return len(self._kinds) - 1

    def put(self, number: int, text: bytes) -> None:
        """Writes an object that is no stream."""
        self._waiting.append((number, text))
        if len(self._waiting) == PACKED:
            self._pack()

    def add(self, text: bytes) -> int:
        number = self.reserve()
        self.put(number, text)
        return number

    def put_stream(self, number: int, entries: bytes, content: bytes) -> None:
        """Writes a stream: its dictionary's entries without the length and the brackets, and its bytes as they are."""
        self._note(number, _AT, self._size, 0)
        self._write(b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, entries, len(content), content))

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """A stream of our own making, compressed."""
        number = self.reserve()
        self.put_stream(number, b"%s /Filter /FlateDecode" % entries, zlib.compress(content, 9))
        return number

    def close(self, catalog: int, info: int) -> None:
        """Writes the table of places. The same objects in the same order give the same file, its identifier included."""
        self._pack()
        number = self.reserve()
        start = self._size
        self._note(number, _AT, start, 0)
        rows = self._table()
        name = self._digest.hexdigest()[:32].encode()
        entries = b"/Type /XRef /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] /W [1 %d 2] /Filter /FlateDecode" % (
            len(rows),
            catalog,
            info,
            name,
            name,
            rows.shape[1] - 3,
        )
        # Each row as the difference from the one above (PNG's "up"): neighbours differ little, so it packs to a fraction.
        different = np.concatenate([rows[:1], rows[1:] - rows[:-1]])
        predicted = np.insert(different, 0, 2, axis=1).tobytes()
        parameters = b" /DecodeParms << /Predictor 12 /Columns %d >>" % rows.shape[1]
        self.put_stream(number, entries + parameters, zlib.compress(predicted, 9))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _table(self) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """A row of bytes for each object: its kind, its place, its number within that."""
        places = np.array(self._places, dtype=">u8").view(np.uint8).reshape(-1, 8)
        used = max(1, (self._size.bit_length() + 7) // 8)
        details = np.array(self._details, dtype=">u2").view(np.uint8).reshape(-1, 2)
        return np.column_stack([np.array(self._kinds, dtype=np.uint8), places[:, 8 - used :], details])

    def _pack(self) -> None:
        if not self._waiting:
            return
        holder = self.reserve()
        places, size = [], 0
        for within, (number, text) in enumerate(self._waiting):
            self._note(number, _PACKED_IN, holder, within)
            places.append(b"%d %d" % (number, size))
            size += len(text) + 1
        head = b" ".join(places) + b"\n"
        body = head + b"\n".join(text for _, text in self._waiting)
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(self._waiting), len(head))
        self._waiting.clear()
        self.put_stream(holder, entries, zlib.compress(body, 9))

    def _note(self, number: int, kind: int, place: int, detail: int) -> None:
        self._kinds[number], self._places[number], self._details[number] = kind, place, detail

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._digest.update(content)
        self._size += len(content)
