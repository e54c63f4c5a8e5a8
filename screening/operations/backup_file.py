"""The file of a backup: a ZIP archive that any program opens, closed by a seal and a digest over every byte before them.

    manifest.json           what it is, of which tables, made when and by which version
    tables/NAME.jsonl       a row of the table in each line
    (the archive's comment) seal=... sha256=...

The digest shows damage, and anybody can check it. The seal shows that the file is one of this installation's: only its secret key makes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

from reports.keys import Key
from screening.clock import now
from screening.errors import ScreeningError
from screening.operations.contents import KINDS, LEFT_OUT, Stored

FORMAT = "screening-backup"
VERSION = 1
MANIFEST = "manifest.json"
_HEX = 64
_PURPOSE = b"screening backup seal 1"
_SEAL, _DIGEST = b"seal=", b" sha256="
_TAIL = len(_SEAL) + _HEX + len(_DIGEST) + _HEX
_TAIL_PATTERN = re.compile(rb"seal=([0-9a-f]{64}) sha256=([0-9a-f]{64})")
_CHUNK = 1 << 20


class BackupRefused(ScreeningError):
    """The file is no backup that can be relied on, or the database is not one to restore it into."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself. `schema` is the revision of its tables; `tables` pairs each with its number of rows."""

    schema: str
    program: str
    made_at: str
    tables: tuple[tuple[Stored, int], ...]

    @property
    def rows(self) -> int:
        return sum(count for _, count in self.tables)


class Opened:
    """A whole and untouched backup that can be read. `is_sealed`: it was made with one of the keys that are known here."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, *, is_sealed: bool) -> None:
        self._archive = archive
        self.manifest = manifest
        self.is_sealed = is_sealed

    def rows(self, of: Stored) -> Iterator[dict[str, Any]]:
        with self._archive.open(_member(of.name)) as lines:
            for line in lines:
                yield of.read(json.loads(line))


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def seal(digest: bytes, secret: str) -> str:
    """The seal over a file's digest, with a key derived from the secret one, which itself is nowhere in the file."""
    return Key.of(secret, _PURPOSE).mac(digest)


class Writer:
    """Writes a backup into an empty file: tables one after the other, then `close`."""

    def __init__(self, file: IO[bytes], schema: str) -> None:
        self._file = file
        self._schema = schema
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._tables: list[tuple[Stored, int]] = []

    def add(self, of: Stored, rows: Iterator[list[Any]]) -> None:
        count = 0
        with self._archive.open(_member(of.name), "w", force_zip64=True) as lines:
            for count, row in enumerate(rows, 1):  # noqa: B007  (the last number is how many there were)
                lines.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._tables.append((of, count))

    def close(self, secret: str) -> Manifest:
        manifest = Manifest(self._schema, version("screening"), now().isoformat(), tuple(self._tables))
        self._archive.writestr(MANIFEST, json.dumps(_plain(manifest), ensure_ascii=False, indent=1))
        self._archive.comment = b" " * _TAIL
        self._archive.close()
        body = _digest(self._file, self._file.seek(0, os.SEEK_END) - _TAIL)
        sealed = _SEAL + seal(body.digest(), secret).encode()
        body.update(sealed)
        self._file.seek(-_TAIL, os.SEEK_END)
        self._file.write(sealed + _DIGEST + body.hexdigest().encode())
        return manifest


def _plain(manifest: Manifest) -> dict[str, Any]:
    tables = [asdict(of) | {"rows": count} for of, count in manifest.tables]
    head = {"format": FORMAT, "version": VERSION, "schema": manifest.schema, "program": manifest.program, "made_at": manifest.made_at}
    return head | {"tables": tables, "left_out": LEFT_OUT}


@contextlib.contextmanager
def opened(path: Path, secrets: Sequence[str]) -> Iterator[Opened]:
    """The backup in this file, after a look at every byte of it. Raises `BackupRefused`."""
    with path.open("rb") as file:
        is_sealed = _check(file, path, secrets)
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = _manifest(json.loads(archive.read(MANIFEST)))
                yield Opened(archive, manifest, is_sealed=is_sealed)
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise BackupRefused(f"{path} has a whole digest, but is not a backup of this program ({type(error).__name__}).") from None


def _check(file: IO[bytes], path: Path, secrets: Sequence[str]) -> bool:
    """Whether the seal is known. Raises `BackupRefused` unless the digest is that of the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = _TAIL_PATTERN.fullmatch(file.read())
    if tail is None:
        raise BackupRefused(
            f"{path} is not a backup, or its end is missing. Nothing was changed: take another copy of it, or an earlier one."
        )
    body = _digest(file, size - _TAIL)
    before_seal = body.digest()
    body.update(_SEAL + tail[1])
    if body.hexdigest().encode() != tail[2]:
        raise BackupRefused(
            f"{path} is damaged: it is not as it was written. Nothing was changed: take another copy of it, or an earlier one."
        )
    return any(hmac.compare_digest(tail[1].decode(), seal(before_seal, secret)) for secret in secrets)


def _digest(file: IO[bytes], size: int) -> Any:
    found = hashlib.sha256()
    file.seek(0)
    while size and (chunk := file.read(min(size, _CHUNK))):
        found.update(chunk)
        size -= len(chunk)
    return found


def _manifest(plain: dict[str, Any]) -> Manifest:
    if plain["format"] != FORMAT or plain["version"] != VERSION:
        raise BackupRefused("The backup is of a format that this version does not read. Install the version of Screening that made it.")
    tables = tuple((_stored(each), int(each["rows"])) for each in plain["tables"])
    return Manifest(str(plain["schema"]), str(plain["program"]), str(plain["made_at"]), tables)


def _stored(plain: dict[str, Any]) -> Stored:
    columns = tuple((str(name), str(kind)) for name, kind in plain["columns"])
    if unknown := {kind for _, kind in columns} - KINDS.keys():
        raise ValueError(unknown)
    return Stored(str(plain["name"]), columns, cast("tuple[str, ...]", tuple(plain["key"])))
