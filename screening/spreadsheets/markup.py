"""Walking through the XML of a workbook's parts, strictly and without building trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.parsers import expat

from screening.spreadsheets.errors import DamagedWorkbook

Attributes = dict[str, str]

# expat before 2.6 starts again on a token that comes in pieces: few large pieces keep that in bounds.
_PIECE = 4 * 1024 * 1024
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def new_parser() -> expat.XMLParserType:
    """A parser that takes plain UTF-8 without document type, so that nothing in it can expand."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def feed(parser: expat.XMLParserType, xml: bytes) -> Iterator[None]:
    """Parse piece by piece, pausing after each so that what was found can be handed on."""
    try:
        for position in range(0, len(xml), _PIECE):
            parser.Parse(xml[position : position + _PIECE], False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise DamagedWorkbook from None
    yield


def walk(xml: bytes, start: Callable[[str, Attributes], None]) -> None:
    """Call `start` for each element, with its local name."""
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    for _ in feed(parser, xml):
        pass


def shared_texts(xml: bytes) -> list[str]:
    """The texts that cells refer to by number, without the reading aids of East Asian texts."""
    texts: list[str] = []
    pieces: list[str] = []
    reading = phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal reading, phonetic
        tag = local(name)
        if tag == "t":
            reading = not phonetic
        elif tag == "rPh":
            phonetic = True

    def end(name: str) -> None:
        nonlocal reading, phonetic
        reading = False
        tag = local(name)
        if tag == "rPh":
            phonetic = False
        elif tag == "si":
            texts.append(unescape("".join(pieces)))
            pieces.clear()

    def text(characters: str) -> None:
        if reading:
            pieces.append(characters)

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for _ in feed(parser, xml):
        pass
    return texts


def local(name: str) -> str:
    """The name without its prefix, which each program chooses for itself."""
    return name.rpartition(":")[2] if ":" in name else name


def unescape(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_; half of a surrogate pair stays as it is written."""
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _refuse(*_: object) -> None:
    raise DamagedWorkbook
