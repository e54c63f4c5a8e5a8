"""What was uploaded, as single files: PDFs as they are, ZIP archives opened as far as the limits allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from screening.services.kits.refusals import MIB, BadArchive, KitRefused, NotPdf, OtherFile, TooLarge, TooManyFiles
from screening.spreadsheets.archive import Archive
from screening.spreadsheets.errors import ExpandsTooMuch, PasswordProtected, SheetError, TooManyEntries
from screening.spreadsheets.sheet import SheetLimits

MOST_FILES = 40
MOST_BYTES = 4 * MIB
ARCHIVE_LIMITS = SheetLimits(entries=400, expanded_bytes=48 * MIB)
_PDF_MARK, _ZIP_MARK = b"%PDF-", b"PK\x03\x04"
_SEARCHED = 1024
_NAME_LETTERS = 120


@dataclass(frozen=True, slots=True)
class KitFile:
    """A file by the name under which it is spoken of; `refusal` instead of `content` where it need not be opened to be refused."""

    name: str
    content: bytes = field(default=b"", repr=False)
    refusal: KitRefused | None = None


class Folder(Archive):
    """A ZIP of any files, opened under the same limits as the one that a workbook is."""

    def _refuse_other_kinds(self) -> None:
        """Every kind of file may be in it."""

    def files(self) -> Iterator[tuple[str, int]]:
        """Name and declared size of what is not a folder, nor one of the extra files that macOS puts in."""
        for key, entry in self._entries.items():
            if not key.endswith("/") and not key.startswith("__macosx/") and PurePosixPath(key).name != ".ds_store":
                yield entry.filename.replace("\\", "/"), entry.file_size


def unpacked(uploads: Iterable[tuple[str, bytes]]) -> list[KitFile]:
    """The single files of an upload, in order. Raises `TooManyFiles` or `BadArchive`; what else is wrong is said of each file."""
    found: list[KitFile] = []
    for name, content in uploads:
        found += _of_archive(name, content) if content.startswith(_ZIP_MARK) else [_file(name, content)]
        if len(found) > MOST_FILES:
            raise TooManyFiles(MOST_FILES)
    return found


def _file(name: str, content: bytes) -> KitFile:
    shown = _shown(name)
    if len(content) > MOST_BYTES:
        return KitFile(shown, refusal=TooLarge(MOST_BYTES))
    return KitFile(shown, content) if _PDF_MARK in content[:_SEARCHED] else KitFile(shown, refusal=NotPdf())


def _of_archive(name: str, content: bytes) -> list[KitFile]:
    try:
        folder = Folder(content, ARCHIVE_LIMITS)
        listed = list(folder.files())
        if len(listed) > MOST_FILES:
            raise TooManyFiles(MOST_FILES)
        return [_part(folder, part, size) for part, size in listed]
    except SheetError as error:
        raise BadArchive(_shown(name), _why(error)) from None


def _part(folder: Folder, name: str, size: int) -> KitFile:
    if not name.lower().endswith(".pdf"):
        return KitFile(_shown(name), refusal=OtherFile())
    return KitFile(_shown(name), refusal=TooLarge(MOST_BYTES)) if size > MOST_BYTES else _file(name, folder.read(name))


def _why(error: SheetError) -> str:
    if isinstance(error, TooManyEntries):
        return f"holds more than {ARCHIVE_LIMITS.entries} parts. Put only filled kits into the ZIP."
    if isinstance(error, ExpandsTooMuch):
        return f"unpacks to more than {ARCHIVE_LIMITS.expanded_bytes // MIB} MB. Put only filled kits into the ZIP."
    if isinstance(error, PasswordProtected):
        return "is protected by a password. Make a ZIP without one."
    return "is damaged or did not arrive whole. Make the ZIP again, or upload the kits themselves."


def _shown(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[-_NAME_LETTERS:] or "File without a name"
