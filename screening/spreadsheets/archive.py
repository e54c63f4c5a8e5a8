"""The ZIP file that an Excel workbook is: opened only as far as its limits allow."""

from __future__ import annotations

import io
import zipfile
import zlib

from screening.spreadsheets.errors import (
    DamagedWorkbook,
    ExpandsTooMuch,
    PasswordProtected,
    TooManyEntries,
    UnknownFormat,
)
from screening.spreadsheets.sheet import SheetLimits

_ENTRY_MARK = b"PK\x01\x02"
_ENCRYPTED_FLAG = 0x1


class Archive:
    """The parts of a workbook by name, in lower case as Office compares them."""

    def __init__(self, data: bytes, limits: SheetLimits) -> None:
        # Counted before the directory is read: listing some hundred thousand entries would itself take seconds.
        if data.count(_ENTRY_MARK) > limits.entries:
            raise TooManyEntries(limit=limits.entries)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        # Names and sizes in a broken directory make the module stumble in ways of their own.
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise DamagedWorkbook from None
        entries = self._zip.infolist()
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise DamagedWorkbook
        if sum(entry.file_size for entry in entries) > limits.expanded_bytes:
            raise ExpandsTooMuch(limit=limits.expanded_bytes)
        self._refuse_other_kinds()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a part, never more than the archive declares for it."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise DamagedWorkbook
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise PasswordProtected
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise DamagedWorkbook
        try:
            with self._zip.open(entry) as part:
                # A bare read() would expand everything first and cut it to the declared size afterwards.
                return part.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError):
            raise DamagedWorkbook from None

    def _refuse_other_kinds(self) -> None:
        if "xl/workbook.xml" in self:
            return
        if "xl/workbook.bin" in self:
            raise UnknownFormat("a binary workbook (.xlsb)")
        if "mimetype" in self and b"opendocument" in self.read("mimetype"):
            raise UnknownFormat("an OpenDocument file (.ods)")
        raise UnknownFormat("a ZIP archive or a document of another kind")
