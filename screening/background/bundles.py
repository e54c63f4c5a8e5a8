"""Finished documents in one file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from reports.binding import Part, bind, page_count
from reports.contents import Contents
from reports.editions import LABELS
from reports.render import CONTENTS_STYLESHEET, contents_html
from screening.background.files import PDF, ZIP, pieces_from, temporary_file
from screening.background.orders import WITH_TOTALS, Order
from screening.background.shop import Shop
from screening.paths import file_name
from screening.services.working import Made

TITLE = "Candidate summaries"


def zipped(order: Order, documents: Sequence[bytes]) -> Made:
    """The documents as they are: a PDF is compressed already. The same documents make the same file."""
    file = temporary_file()
    stamp = order.as_of.timetuple()[:6]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for place, (item, content) in enumerate(zip(order.items, documents, strict=True), start=1):
            archive.writestr(zipfile.ZipInfo(file_name(f"{place:03} {item.name}.pdf"), stamp), content)
    return _made(order, file, "zip", ZIP)


def bound(shop: Shop, order: Order, documents: Sequence[bytes]) -> Made:
    """One PDF with a contents page in front."""
    contents = Contents(
        organisation=shop.settings.organisation,
        opening=order.title,
        title=TITLE,
        whom=order.whom,
        edition=LABELS[order.edition],
        as_of=order.as_of,
        entries=tuple(replace(item.entry, pages=page_count(content)) for item, content in zip(order.items, documents, strict=True)),
        with_totals=order.edition in WITH_TOTALS,
    )
    front = [shop.pdf(html, CONTENTS_STYLESHEET) for html in contents_html(contents, templates=shop.templates, paper=shop.settings.paper)]
    parts = [Part(item.entry.candidate, content) for item, content in zip(order.items, documents, strict=True)]
    file = temporary_file()
    bind(front, parts, file, templates=shop.templates)
    return _made(order, file, "pdf", PDF)


def _made(order: Order, file: BinaryIO, ending: str, kind: str) -> Made:
    return Made(f"{order.title} summaries.{ending}", kind, file.seek(0, 2), pieces_from(file))
