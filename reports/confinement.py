"""Takes from the running process, for good, the right to read, write or start what it does not need. Linux only (Landlock, since 5.13).

What it adds to code that never tries: a mistake in a library cannot read the database's file, a key or another program's data either.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

# The kernel's numbers, the same on every processor.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_ONLY, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
SOFTWARE = tuple(map(Path, (sys.prefix, sys.base_prefix, "/usr/lib", "/usr/lib64", "/lib", "/lib64")))
"""Where Python, its packages and the system's libraries are, which may be loaded late."""

# What the first version of the kernel's interface, and each later one, can forbid: files, then TCP, then signals and abstract sockets.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP_RIGHTS = {4: 0b11}
SCOPES = {6: 0b11}


def confine(*, readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leaves the calling thread only these folders, and no TCP where the kernel can forbid that. False where it can forbid nothing."""
    if sys.platform != "linux":
        return False
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(CREATE_RULESET, None, 0, VERSION_ONLY)
    if version < 1:
        return False
    files = _newest(FILE_RIGHTS, version)
    attributes = struct.pack("=QQQ", files, _newest(TCP_RIGHTS, version), _newest(SCOPES, version))[: 8 * _fields(version)]
    rules = kernel.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for folders, rights in ((readable, READ_FILE | READ_FOLDER), (writable, files)):
        for folder in filter(Path.is_dir, folders):
            _allow(kernel, rules, folder, rights)
    kernel.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    confined: bool = kernel.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return confined


def _allow(kernel: ctypes.CDLL, rules: int, folder: Path, rights: int) -> None:
    handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    kernel.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)


def _newest(rights: dict[int, int], version: int) -> int:
    return max((value for since, value in rights.items() if since <= version), default=0)


def _fields(version: int) -> int:
    """How many numbers the kernel of that version expects."""
    return 1 + (version >= min(TCP_RIGHTS)) + (version >= min(SCOPES))
