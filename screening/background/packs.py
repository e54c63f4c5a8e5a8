"""The summaries of several candidates in one file: bound into one PDF, or as a ZIP of single ones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from reports.errors import ReportError
from reports.render import summary_html
from screening.background.bundles import bound, zipped
from screening.background.orders import Item, Order, order_of
from screening.background.setting import set_in_order
from screening.background.shop import Held, Shop
from screening.errors import Invalid, NotFound
from screening.models import Opening
from screening.services import reporting, working
from screening.services.working import Made

CHUNK = 100
BEGINNINGS = 5


class _Changed(Exception):
    """The opening is not any more what it was when the work began."""


def made(shop: Shop, held: Held) -> Made:
    """All documents show one state of the opening: where it changes meanwhile, the work begins again with what is still the same kept."""
    for _ in range(BEGINNINGS):
        with contextlib.suppress(_Changed):
            return _made_of_one_state(shop, held)
    raise Invalid("The opening kept changing while the file was made. Ask for it again when there is less going on.")


def _made_of_one_state(shop: Shop, held: Held) -> Made:
    with shop.database.reading() as session:
        order = order_of(session, shop, held.claim)
        papers = working.kept(session, [item.digest for item in order.items])
    held.begin(len(papers))
    _set_the_others(shop, held, order, papers)
    documents = [papers[item.digest] for item in order.items]
    return zipped(order, documents) if order.form == "zip" else bound(shop, order, documents)


def _set_the_others(shop: Shop, held: Held, order: Order, papers: dict[str, bytes]) -> None:
    """Set what is not kept, and keep each as soon as it is there: what is done stays done if the work breaks off."""
    missing = [item for item in order.items if item.digest not in papers]
    set_in_order(shop, _pages(shop, order, missing), lambda item, coming: _take(shop, held, order, papers, item, coming))


def _take(shop: Shop, held: Held, order: Order, papers: dict[str, bytes], item: Item, coming: Future[bytes]) -> None:
    try:
        content = coming.result()
    except ReportError as error:
        place = f"place {order.items.index(item) + 1} of {len(order.items)}"
        raise Invalid(f"The summary at {place} could not be made, so there is no file: {error}") from error
    papers[item.digest] = content
    with shop.database.transaction() as session:
        working.keep(session, item.digest, item.application, content)
    held.step()


def _pages(shop: Shop, order: Order, missing: Sequence[Item]) -> Iterator[tuple[Item, str]]:
    """The summaries as pages, read a hundred at a time: no transaction stays open while documents are set."""
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        with shop.database.reading() as session:
            wanted = [item.application for item in chunk]
            summaries = reporting.summaries(
                session, order.viewer, order.opening, wanted, edition=order.edition, organisation=shop.settings.organisation
            )
            found = {application.public_id: document for application, document in summaries}
        with shop.database.reading() as session:
            # Asked in a transaction of its own: that of the reading may not see what came after it began.
            if session.get_one(Opening, order.opening.id).revision != order.opening.revision:
                raise _Changed
        if len(found) < len(chunk):
            raise NotFound
        for item in chunk:
            yield item, summary_html(found[item.application], templates=shop.templates, paper=shop.settings.paper)
