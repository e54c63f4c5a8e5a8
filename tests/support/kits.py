"""Filled kits as PDF readers leave them. The pages of the round's kits are set once; fields and seal are put in for each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf

from reports.kit import InterviewKit, form_fields
from reports.kit_form import with_fields
from reports.pdf import to_pdf
from reports.render import KIT_STYLESHEET, kit_html
from screening.paths import template_root
from screening.services import kits
from tests.support.hiring_round import HiringRound
from tests.support.web import KEY


def kit_of(hiring: HiringRound, interviewer: str, candidate: str, stage: str = "phone", *, key: str = KEY) -> InterviewKit:
    viewer = hiring.viewer(interviewer)
    with hiring.database.reading() as session:
        card = hiring.cards[interviewer, candidate, stage]
        return kits.of_card(session, viewer, card, organisation="Blue River Utilities", sealer=kits.KitSeals((key,)))


def form_of(kit: InterviewKit) -> bytes:
    """The fillable kit; who and when on its pages are those of the first one that was set."""
    return with_fields(
        _drawn(replace(kit, candidate="Somebody", interviewer="", seal="")), form_fields(kit), kit.seal, templates=template_root()
    )


@cache
def _drawn(kit: InterviewKit) -> bytes:
    root = template_root()
    return to_pdf(kit_html(kit, templates=root, fillable=True), templates=root, stylesheet=KIT_STYLESHEET, forms=True)


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        saved = BytesIO()
        document.save(saved, **options)  # type: ignore[arg-type]
    return saved.getvalue()


def filled(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """The form with these values, as a reader saves them: marks by the name of their state, texts as they are."""

    def fill(document: pikepdf.Pdf) -> None:
        fields = {str(field.T): field for field in document.Root.AcroForm.Fields}
        for name, value in values.items():
            field = fields[name]
            if "/Kids" not in field:
                field.V = pikepdf.String(value)
                continue
            field.V = pikepdf.Name(f"/{value}")
            for kid in field.Kids:
                kid.AS = field.V if field.V in kid.AP.N else pikepdf.Name.Off

    return changed(pdf, fill)


def filled_kit(hiring: HiringRound, interviewer: str, candidate: str, **values: str) -> bytes:
    return filled(form_of(kit_of(hiring, interviewer, candidate)), values)


def zipped(files: Mapping[str, bytes]) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return saved.getvalue()
