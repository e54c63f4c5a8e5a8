"""How a process of ours and the one that started it speak over pipes: four bytes of length (big-endian), then the content."""

from __future__ import annotations

import struct
from typing import BinaryIO

LENGTH = struct.Struct(">I")


def framed(content: bytes) -> bytes:
    return LENGTH.pack(len(content)) + content


def read_frame(stream: BinaryIO) -> bytes:
    """The next frame's content; empty at the end of the stream, also in the middle of a frame."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else b""
