"""Walking through the XML of a workbook's parts, strictly and without building trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.parsers import expat

from screening.spreadsheets.errors import DamagedWorkbook

Attributes = dict[str, str]

# expat before 2.6 starts again on a token that comes in pieces: few large pieces keep that in bounds.
_PIECE = 16 * 1024 * 1024
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def new_parser() -> expat.XMLParserType:
    """A parser that refuses a document type, and with it entities, so that nothing in the XML can expand."""
    # Parts are UTF-8 or, as their first bytes tell, UTF-16: no encoding by name, of which Python knows a hundred.
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
        yield
    except expat.ExpatError:
        raise DamagedWorkbook from None
    finally:
        # The callbacks know the parser: let go of them, so that all memory is free at once.
        parser.StartElementHandler = None


def walk(xml: bytes, start: Callable[[str, Attributes], None]) -> None:
    """Call `start` for each element, with its local name."""
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    for _ in feed(parser, xml):
        pass


class TextGatherer:
    """The text of elements that hold either one <t>, or runs <r><t> in several fonts, and beside them reading aids <rPh>.

    Characters are gathered without a callback of our own, which makes for half of the speed: so `text` may end in white space
    that stood behind the element. The ends of elements matter, and are listened to, between runs only.
    """

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self.pieces: list[str] = []
        self._runs: list[str] | None = None
        self._phonetic = False
        parser.CharacterDataHandler = self.pieces.append

    def start(self, tag: str) -> bool:
        """To be called for each element inside; whether the element has a part in the text."""
        if tag == "t":
            self.pieces.clear()
        elif tag in {"r", "rPh"}:
            self._phonetic = tag == "rPh"
            if self._runs is None:
                self._runs = ["".join(self.pieces)]
                self._parser.EndElementHandler = self._end
        return self._runs is not None or tag == "t"

    def take(self) -> str:
        """The text gathered since the last call, or since `pieces` were cleared."""
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        pieces.clear()
        if self._runs is not None:
            text = "".join(self._runs)
            self._runs, self._phonetic, self._parser.EndElementHandler = None, False, None
        return unescape(text) if "_x" in text else text

    def _end(self, name: str) -> None:
        if local(name) == "t" and not self._phonetic and self._runs is not None:
            self._runs.append("".join(self.pieces))
        self.pieces.clear()


def shared_texts(xml: bytes) -> list[str]:
    """The texts that cells refer to by number."""
    texts: list[str] = []
    parser = new_parser()
    gatherer = TextGatherer(parser)

    def start(name: str, _: Attributes) -> None:
        tag = local(name) if ":" in name else name
        if tag == "si":
            texts.append(gatherer.take())
        else:
            gatherer.start(tag)

    parser.StartElementHandler = start
    for _ in feed(parser, xml):
        pass
    # Each text is taken when the next begins; what came before the first is none.
    return [*texts[1:], gatherer.take()]


def local(name: str) -> str:
    """The name without its prefix, which each program chooses for itself."""
    return name.rpartition(":")[2]


def unescape(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_; half of a surrogate pair stays as it is written."""
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _refuse(*_: object) -> None:
    raise DamagedWorkbook
