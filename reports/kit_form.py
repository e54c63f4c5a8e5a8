"""The interview kit as a form that any PDF reader fills in: the typeset page gives the places, the fields are written here.

The layout library draws form fields too, but a group of its buttons cannot be emptied again, is a group per page, and a text field of it
takes a whole font along. So it marks places only (`kit_marks.html`), and each becomes a field with its kind, label and limit.

A choice is a group of check boxes under one name with a value each: readers let one of them be marked at most, and, unlike radio buttons,
every reader lets it be unmarked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reports.errors import PdfFailed
from reports.kit import FormField
from reports.kit_font import form_font

SEAL_FIELD = "screening_kit"
SEAL_INFO = "/ScreeningKit"
TEXT_LOOK = "/Kit 9.5 Tf 0.11 0.14 0.19 rg"

_READ_ONLY = 1 << 0
_SEVERAL_LINES = 1 << 12
_HIDDEN, _PRINTED = 1 << 1, 1 << 2


def with_fields(pdf: bytes, fields: Sequence[FormField], seal: str, *, templates: Path) -> bytes:
    """The form of a typeset kit. Raises `PdfFailed` where the page has no place for a field, or one too many. Same input, same bytes."""
    with pikepdf.open(BytesIO(pdf)) as document:
        places = _places(document)
        if {name: len(found) for name, found in places.items()} != {field.name: len(field.choices) or 1 for field in fields}:
            raise PdfFailed("its fields are not those that were drawn")
        written = [
            _choice(document, field, places[field.name]) if field.choices else _text(field, places[field.name][0]) for field in fields
        ]
        _put_form(document, [*written, _sealed(document, seal)], form_font(document, templates / "static" / "fonts"))
        document.docinfo[SEAL_INFO] = String(seal)
        saved = BytesIO()
        document.save(saved, deterministic_id=True)
    return saved.getvalue()


def _places(document: pikepdf.Pdf) -> dict[str, list[pikepdf.Object]]:
    """What the layout library left for each name, in the order of the pages."""
    found = defaultdict(list)
    for page in document.pages:
        for widget in page.obj.get("/Annots", ()):
            if widget.get("/Subtype") == "/Widget":
                found[str(widget.T)].append(widget)
    return found


def _put_form(document: pikepdf.Pdf, fields: Iterable[pikepdf.Object], font: pikepdf.Object) -> None:
    # The name by which readers know their own signs: some draw the marks anew with it.
    signs = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats))
    document.Root.AcroForm = Dictionary(
        Fields=Array(fields),
        DR=Dictionary(Font=Dictionary(Kit=font, ZaDb=signs)),
        DA=String(TEXT_LOOK),
        # Text that a program fills in has no drawing of its own: readers are told to make it.
        NeedAppearances=True,
    )


def _place(widget: pikepdf.Object) -> pikepdf.Object:
    """The place alone: what the layout library said of its kind is dropped, its tie to the tag tree and its page stay."""
    for key in set(widget.keys()) - {"/Type", "/Subtype", "/Rect", "/P", "/StructParent"}:
        del widget[key]
    left, right = sorted((float(widget.Rect[0]), float(widget.Rect[2])))
    bottom, top = sorted((float(widget.Rect[1]), float(widget.Rect[3])))
    widget.Rect = Array([left, bottom, right, top])
    widget.F = _PRINTED
    return widget


def _text(field: FormField, widget: pikepdf.Object) -> pikepdf.Object:
    _place(widget)
    widget.FT, widget.T, widget.TU = Name.Tx, String(field.name), String(field.label)
    widget.V, widget.MaxLen, widget.DA = String(""), field.most, String(TEXT_LOOK)
    widget.Ff = _SEVERAL_LINES if field.several_lines else 0
    return widget


def _choice(document: pikepdf.Pdf, field: FormField, widgets: Sequence[pikepdf.Object]) -> pikepdf.Object:
    group = Dictionary(FT=Name.Btn, Ff=0, T=String(field.name), TU=String(field.label), V=Name.Off, Kids=Array(widgets))
    parent = document.make_indirect(group)
    for (value, label), widget in zip(field.choices, widgets, strict=True):
        _place(widget)
        width, height = float(widget.Rect[2]) - float(widget.Rect[0]), float(widget.Rect[3]) - float(widget.Rect[1])
        marks = {f"/{value}": _drawing(document, width, height, _cross(width, height)), "/Off": _drawing(document, width, height, b"q Q")}
        widget.Parent, widget.TU = parent, String(label)
        widget.AS, widget.AP, widget.MK = Name.Off, Dictionary(N=Dictionary(marks)), Dictionary(CA=String("8"))
    return parent


def _cross(width: float, height: float) -> bytes:
    """A cross within a box: it stays readable in grey and on a copy."""
    inset = 0.24 * min(width, height)
    right, top = width - inset, height - inset
    strokes = f"{inset:.2f} {inset:.2f} m {right:.2f} {top:.2f} l {inset:.2f} {top:.2f} m {right:.2f} {inset:.2f} l S"
    return f"q 0.11 0.14 0.19 RG 1.3 w 1 J {strokes} Q".encode()


def _drawing(document: pikepdf.Pdf, width: float, height: float, content: bytes) -> pikepdf.Object:
    return document.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, round(width, 3), round(height, 3)]))


def _sealed(document: pikepdf.Pdf, seal: str) -> pikepdf.Object:
    """What the file belongs to, in a field that nobody sees or changes."""
    page = document.pages[0].obj
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String(SEAL_FIELD),
        TU=String("Identifier of this kit"),
        Ff=_READ_ONLY,
        F=_HIDDEN,
        V=String(seal),
        DA=String(TEXT_LOOK),
        Rect=Array([0, 0, 0, 0]),
        P=page,
    )
    hidden = document.make_indirect(field)
    page["/Annots"] = Array([*page.get("/Annots", ()), hidden])
    return hidden
