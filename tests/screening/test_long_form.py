"""The long form of a real round: every rating just as it was given, from both databases, in both kinds of file."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from reports.exports import ALL_VERSIONS_HEADER, LONG_HEADER, long_header, long_rows, to_xlsx
from screening.models import Revision
from screening.services import amending, comparison, scorecards
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site

NOTES = {
    "spoken_communication": 'Said "I see, let me check", twice,"then" named it;\nsecond line\r\nthird, with = and -',
    "composure": '=HYPERLINK("http://example.org","x")',
}


def submit(hiring: HiringRound, levels: dict[str, int | None], notes: dict[str, str]) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["ada"])
        card = scorecards.get(session, viewer, hiring.cards["ada", "tom", "phone"])
        entries = {key: Entry(level, "" if level else "not_asked", notes.get(key, "")) for key, level in levels.items()}
        reason = "Read my notes again" if card.state == "amending" else ""
        content = Content(entries, "yes", "Good", reason)
        scorecards.submit(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def test_every_rating_comes_back_as_it_was_given(site: Site, hiring: HiringRound) -> None:
    submit(hiring, {"spoken_communication": 4, "composure": None}, NOTES)
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ada"]), hiring.cards["ada", "tom", "phone"])
    submit(hiring, {"spoken_communication": 2, "composure": 5}, {})
    with hiring.database.reading() as session:
        first, second = (
            moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
            for moment in session.scalars(select(Revision.submitted_at).order_by(Revision.number))
            if moment
        )
    common = ("Agent", "Tom Okafor", "Phone screen", "Ada")
    expected = [
        [*common, "composure", 1, None, 1, 5, "not_asked", NOTES["composure"], first, 1, "no", "no"],
        [*common, "spoken_communication", 1, 4, 1, 5, "", NOTES["spoken_communication"], first, 1, "no", "no"],
        [*common, "composure", 1, 5, 1, 5, "", "", second, 2, "no", "yes"],
        [*common, "spoken_communication", 1, 2, 1, 5, "", "", second, 2, "no", "yes"],
    ]
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/ratings"
    for query, header, rows in (("", LONG_HEADER, [row[:13] for row in expected[2:]]), ("?versions=all", ALL_VERSIONS_HEADER, expected)):
        text = browser.get(f"{path}.csv{query}").data.decode("utf-8-sig")
        assert list(csv.reader(io.StringIO(text, newline=""))) == [list(header), *([_in_csv(value) for value in row] for row in rows)]
        sheet = workbook(hiring, every=bool(query))
        assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
            list(header),
            *([_in_xlsx(value) for value in row] for row in rows),
        ]


def workbook(hiring: HiringRound, *, every: bool) -> Worksheet:
    """The file that is made in the background, as it is made there."""
    with hiring.database.reading() as session:
        _, cards = comparison.ratings(session, hiring.viewer("recruiter"), hiring.opening)
    content = to_xlsx(long_header(every), long_rows(cards, all_versions=every), title="Ratings")
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def _in_csv(value: str | int | None) -> str:
    return re.sub(r"^(?==)", "'", "" if value is None else str(value))


def _in_xlsx(value: str | int | None) -> str | int | None:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
