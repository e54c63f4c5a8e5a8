"""Several finished PDFs become one: with a contents page in front or not, bookmarks, page labels, and every document's tags in one tree.

Only for documents that we have set ourselves: one page tree, one tag tree with a `Document` at its top, no forms. The parts are read one
after the other and written on at once, so the whole costs the memory of its largest part and a few bytes for each object written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Name, Page, Pdf, String

from reports.errors import PdfFailed
from reports.page_stamp import FONT, IN_PACK, Numbering, PageStamp
from reports.pdf_copy import PdfCopy
from reports.pdf_file import PdfFile

PLACE = "page:"
"""A link of the front to `page:7` leads to the seventh page of the whole."""

_KEPT = ("/Lang", "/MarkInfo", "/Metadata", "/OutputIntents", "/ViewerPreferences")
_WOULD_BE_LOST = ("/AcroForm", "/AF", "/OCProperties")
_TAGS_AS_WE_WRITE_THEM = {"/Type", "/K", "/ParentTree"}


@dataclass(frozen=True, slots=True)
class Part:
    """A finished PDF, and what its bookmark says. Those of a `chapter` that follow each other have their bookmarks below its own."""

    title: str
    pdf: bytes
    chapter: str = ""


def page_count(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)


def bind(front: Sequence[bytes], parts: Iterable[Part], target: BinaryIO, *, templates: Path, numbering: Numbering = IN_PACK) -> None:
    """Writes one PDF of the documents in front, if any, and the parts after them, each page with its number in the whole.

    Title, language and all that is said about the document are those of the first. The same bytes give the same bytes. Raises `PdfFailed`
    for a document that holds something which would be lost, and for a link in front to a page that is not there.
    """
    try:
        whole = _Whole(PdfFile(target), templates, numbering, sum(map(page_count, front)))
        for part in parts:
            with pikepdf.open(BytesIO(part.pdf)) as document:
                whole.append(document, part)
        whole.finish(front)
    except pikepdf.PdfError as error:
        raise PdfFailed("one of its parts is damaged") from error


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page that is written: its number as an object, and where its top is."""

    number: int
    top: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """A bookmark, and those below it."""

    title: str
    sheet: _Sheet
    below: Sequence[_Mark] = ()


class _Whole:
    """The document that grows: of the parts that are written already, only object numbers are kept."""

    def __init__(self, file: PdfFile, templates: Path, numbering: Numbering, front_pages: int) -> None:
        self._file = file
        self._stamp = PageStamp(templates, file, numbering)
        self._front_pages = front_pages
        self._page_tree, self._top, self._outlines = (file.reserve() for _ in range(3))
        self._sheets: list[_Sheet] = []
        self._bookmarks: list[tuple[Part, _Sheet]] = []
        self._branches: list[int] = []
        self._sections: list[int] = []
        self._tag_leaves: list[int] = []
        self._name_leaves: list[int] = []
        self._next_key = self._info = 0
        self._about = b""
        self._written: dict[bytes, int] = {}

    def append(self, document: Pdf, part: Part) -> None:
        copy, branch, section = self._begun(document, part.title, first_page=self._front_pages + len(self._sheets) + 1)
        sheets = [_Sheet(copy.number(page.obj), float(page.mediabox[3])) for page in document.pages]
        if not self._front_pages:
            self._say_about(copy, document)
        self._ended(copy, document)
        self._sheets += sheets
        # Only what the bookmark says is kept of the part, not its content.
        self._bookmarks.append((replace(part, pdf=b""), sheets[0]))
        self._branches.append(branch)
        self._sections.append(section)

    def finish(self, front: Sequence[bytes]) -> None:
        """Writes the front, whose links need to know where every page went, and then what holds the whole together."""
        branches, sections, first_page = [], [], 1
        for pdf in front:
            with pikepdf.open(BytesIO(pdf)) as document:
                copy, branch, section = self._begun(document, str(document.docinfo.get("/Title", "")), first_page)
                for page in document.pages:
                    self._lead_to_pages(copy, page)
                self._say_about(copy, document)
                first_page += len(document.pages)
                self._ended(copy, document)
            branches.append(branch)
            sections.append(section)
        tags = self._write_tags([*sections, *self._sections])
        self._write_page_tree([*branches, *self._branches])
        self._write_bookmarks()
        catalog = self._file.add(
            b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Outlines %d 0 R /PageMode /UseOutlines"
            b" /PageLabels << /Nums [0 << /S /D >>] >> %s >>" % (self._page_tree, tags, self._outlines, self._about)
        )
        self._file.close(catalog, self._info)

    def _say_about(self, copy: PdfCopy, document: Pdf) -> None:
        """Keeps what a document says about itself for the catalog of the whole, unless one before it did."""
        if not self._about:
            self._info = copy.number(document.docinfo)
            self._about = b" ".join(b"%s %s" % (key.encode(), copy.text(document.Root[key])) for key in _KEPT if key in document.Root)

    def _begun(self, document: Pdf, title: str, first_page: int) -> tuple[PdfCopy, int, int]:
        """The copy of a document that is ready to be written, with the numbers of its page tree and of its tags' topmost element."""
        _refuse_what_would_be_lost(document)
        _link_by_place(document)
        copy = PdfCopy(document, self._file, self._written, prefix=f"{len(self._tag_leaves):05}-", first_key=self._next_key)
        tree, top = document.Root.Pages, document.Root.StructTreeRoot.K[0]
        tree.Parent = copy.stand_for(self._page_tree)
        top.P, top.S, top.T, top.Lang = copy.stand_for(self._top), Name.Part, String(title), document.Root.Lang
        for number, page in enumerate(document.pages, start=first_page):
            self._stamp_page(copy, page, number)
        return copy, copy.number(tree), copy.number(top)

    def _stamp_page(self, copy: PdfCopy, page: Page, number: int) -> None:
        before, after = self._stamp.before, self._stamp.after(number, float(page.mediabox[2]))
        page.obj.Contents = Array([copy.stand_for(before), page.obj.Contents, copy.stand_for(after)])
        page.obj.Resources.Font[FONT] = copy.stand_for(self._stamp.font)

    def _lead_to_pages(self, copy: PdfCopy, page: Page) -> None:
        """Links to `page:7` become links to that page."""
        for link in page.obj.get("/Annots", ()):
            if Name.A not in link or not str(link.A.get("/URI", "")).startswith(PLACE):
                continue
            number = int(str(link.A.URI).removeprefix(PLACE))
            if not 0 < number - self._front_pages <= len(self._sheets):
                raise PdfFailed(f"its contents lead to page {number}, which it does not have")
            sheet = self._sheets[number - self._front_pages - 1]
            del link.A
            link.Dest = Array([copy.stand_for(sheet.number), Name.XYZ, 0, sheet.top, 0])
            link.Contents = String(f"To page {number}")

    def _ended(self, copy: PdfCopy, document: Pdf) -> None:
        """Writes what the document refers to, and its share of the two tables into the tags."""
        places = document.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(places[at]) + self._next_key for at in range(0, len(places), 2)]
        values = [copy.text(places[at]) for at in range(1, len(places), 2)]
        copy.finish()
        listed = b" ".join(b"%d %s" % pair for pair in zip(keys, values, strict=True))
        self._tag_leaves.append(self._file.add(b"<< /Limits [%d %d] /Nums [%s] >>" % (keys[0], keys[-1], listed)))
        self._next_key = keys[-1] + 1
        if copy.identifiers:
            names = sorted((String(name).unparse(), number) for name, number in copy.identifiers)
            listed = b" ".join(b"%s %d 0 R" % pair for pair in names)
            self._name_leaves.append(self._file.add(b"<< /Limits [%s %s] /Names [%s] >>" % (names[0][0], names[-1][0], listed)))

    def _write_page_tree(self, branches: Sequence[int]) -> None:
        count = self._front_pages + len(self._sheets)
        self._file.put(self._page_tree, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (_references(branches), count))

    def _write_tags(self, sections: Sequence[int]) -> int:
        root = self._file.reserve()
        self._file.put(self._top, b"<< /Type /StructElem /S /Document /P %d 0 R /K [%s] >>" % (root, _references(sections)))
        places = self._file.add(b"<< /Kids [%s] >>" % _references(self._tag_leaves))
        names = self._file.add(b"<< /Kids [%s] >>" % _references(self._name_leaves))
        entries = (self._top, places, self._next_key, names)
        self._file.put(root, b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d /IDTree %d 0 R >>" % entries)
        return root

    def _write_bookmarks(self) -> None:
        chapters = [(name, list(found)) for name, found in groupby(self._bookmarks, key=lambda bookmark: bookmark[0].chapter)]
        marks: list[_Mark] = []
        for chapter, found in chapters:
            own = [_Mark(part.title, sheet) for part, sheet in found]
            marks += [_Mark(chapter, found[0][1], own)] if chapter else own
        first, last = self._write_marks(marks, self._outlines)
        count = sum(1 + len(mark.below) for mark in marks)
        self._file.put(self._outlines, b"<< /Type /Outlines%s /Count %d >>" % (_ends(first, last), count))

    def _write_marks(self, marks: Sequence[_Mark], above: int) -> tuple[int, int]:
        """The numbers of the first and the last; both 0 where there is none."""
        numbers = [self._file.reserve() for _ in marks]
        for at, mark in enumerate(marks):
            beside = b" /Prev %d 0 R" % numbers[at - 1] if at else b""
            beside += b" /Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
            if mark.below:
                beside += _ends(*self._write_marks(mark.below, numbers[at])) + b" /Count %d" % len(mark.below)
            entries = (String(mark.title).unparse(), above, mark.sheet.number, mark.sheet.top, beside)
            self._file.put(numbers[at], b"<< /Title %s /Parent %d 0 R /Dest [%d 0 R /XYZ 0 %g 0]%s >>" % entries)
        return (numbers[0], numbers[-1]) if numbers else (0, 0)


def _ends(first: int, last: int) -> bytes:
    return b" /First %d 0 R /Last %d 0 R" % (first, last) if first else b""


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _refuse_what_would_be_lost(document: Pdf) -> None:
    tags = document.Root.get("/StructTreeRoot")
    if tags is None or set(tags.keys()) != _TAGS_AS_WE_WRITE_THEM or any(key in document.Root for key in _WOULD_BE_LOST):
        raise PdfFailed("one of its parts is not a plain tagged document")


def _link_by_place(document: Pdf) -> None:
    """Links to a name within the document become links to the place: every part may use the same names."""
    if Name.Names not in document.Root or Name.Dests not in document.Root.Names:
        return
    names = document.Root.Names.Dests.Names
    places = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    for page in document.pages:
        for link in page.obj.get("/Annots", ()):
            if isinstance(link.get("/Dest"), String):
                link.Dest = places[str(link.Dest)]
