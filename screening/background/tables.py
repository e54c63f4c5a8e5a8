"""A comparison table that is too large to be set at once: part after part, bound into one PDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import Future

from reports.binding import Part as BoundPart
from reports.binding import bind, page_count
from reports.comparison_parts import parts
from reports.comparison_report import ComparisonReport, Part
from reports.errors import PdfTimedOut, ReportError
from reports.look import look
from reports.page_stamp import all_pages
from reports.render import COMPARISON_STYLESHEET, comparison_html
from reports.view import View
from screening.background.files import PDF, pieces_from, temporary_file
from screening.background.setting import set_in_order
from screening.background.shop import Held, Shop, require_rights
from screening.errors import Invalid
from screening.models import Account, Opening
from screening.policy import viewer_for
from screening.services import comparison, working
from screening.services.comparison import file_name
from screening.services.working import Made


def made(shop: Shop, held: Held) -> Made:
    """What was set in an earlier taking of the job, and would be the same again, is not set again."""
    name, report = _report(shop, held)
    with shop.database.reading() as session:
        kept = working.stretches(session, held.claim)
    wanted = list(parts(report, shop.settings.paper))
    documents: dict[int, bytes] = {}

    def pages() -> Iterator[tuple[tuple[int, bytes], str]]:
        for place, part in enumerate(wanted):
            html = comparison_html(report, templates=shop.templates, paper=shop.settings.paper, part=part)
            digest = _digest(shop, html)
            if digest in kept:
                documents[place] = kept[digest]
                held.step()
            else:
                yield (place, digest), html

    def take(which: tuple[int, bytes], coming: Future[bytes]) -> None:
        place, digest = which
        documents[place] = _set(coming, place, len(wanted))
        with shop.database.transaction() as session:
            working.keep_stretch(session, held.claim, digest, documents[place])
        held.step()

    held.begin()
    set_in_order(shop, pages(), take, stylesheet=COMPARISON_STYLESHEET)
    return _bound(shop, name, wanted, [documents[place] for place in range(len(wanted))])


def _report(shop: Shop, held: Held) -> tuple[str, ComparisonReport]:
    """Rights are asked for anew. Everything is of one state of the opening: it is read in one transaction."""
    request = held.claim.request
    view = View.of_plain(request["view"])
    with shop.database.reading() as session:
        viewer = viewer_for(session, session.get_one(Account, held.claim.account_id))
        opening = session.get_one(Opening, held.claim.opening_id)
        require_rights(session, viewer, opening, held.claim)
        opening, compared = comparison.compare(session, viewer, opening.public_id, weights=view.weights)
        only = None if request["only"] is None else frozenset(request["only"])
        chosen = shop.settings
        report = comparison.report(
            session, viewer, opening, compared, view, organisation=chosen.organisation, paper=chosen.paper, only=only
        )
    return f"{file_name(compared)}.pdf", report


def _digest(shop: Shop, html: str) -> bytes:
    """Of all that a part depends on."""
    return hashlib.sha256(json.dumps([look(shop.templates), shop.settings.pdf, html]).encode()).digest()


def _set(coming: Future[bytes], place: int, count: int) -> bytes:
    try:
        return coming.result()
    except PdfTimedOut as error:
        raise Invalid(f"Part {place + 1} of {count} was not ready in time: the machine is too busy now. Ask again later.") from error
    except ReportError as error:
        raise Invalid(f"Part {place + 1} of {count} could not be made, so there is no file: {error}") from error


def _bound(shop: Shop, name: str, wanted: list[Part], documents: list[bytes]) -> Made:
    file = temporary_file()
    bound = [BoundPart(part.title, content, part.chapter) for part, content in zip(wanted, documents, strict=True)]
    bind((), bound, file, templates=shop.templates, numbering=all_pages(sum(map(page_count, documents))))
    return Made(name, PDF, file.seek(0, 2), pieces_from(file))
