"""Every single rating of an opening as a workbook: too much to wait for in a browser."""

from __future__ import annotations

from reports.exports import long_header, long_rows, to_xlsx
from screening.background.files import XLSX, pieces_of
from screening.background.shop import Held, Shop, require_rights
from screening.models import Account, Opening
from screening.policy import viewer_for
from screening.services import comparison
from screening.services.working import Made


def made(shop: Shop, held: Held) -> Made:
    every = bool(held.claim.request["all_versions"])
    with shop.database.reading() as session:
        viewer = viewer_for(session, session.get_one(Account, held.claim.account_id))
        opening = session.get_one(Opening, held.claim.opening_id)
        require_rights(session, viewer, opening, held.claim)
        opening, cards = comparison.ratings(session, viewer, opening.public_id)
    held.begin()
    content = to_xlsx(long_header(every), long_rows(cards, all_versions=every), title="Ratings")
    held.step()
    return Made(f"{opening.title} ratings.xlsx", XLSX, len(content), pieces_of(content))
