"""The dossier on paper: it says what the file says, every page carries the digest, and no word is lost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from reports.dossier import document, printed, sealing
from reports.dossier.codec import from_plain
from reports.dossier.paper import figure
from reports.dossier.verifying import verify
from reports.errors import PdfFailed
from reports.fit import Paper
from reports.pdf import to_pdf
from reports.render import DOSSIER_STYLESHEET, dossier_html
from reports.wording import decimal
from tests.reports import papers
from tests.reports.dossiers import ADA, CARDS, KEY, card, dossier, file, version

NOTE = "She let the caller finish and named the trouble in her own words. "
LONGEST = (NOTE * 60)[:3990].strip() + " [end]."
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} ]]> &amp; <img src=file:///etc/passwd> </td></tr> =1+1"


def set_on(made: document.Dossier, paper: Paper = "a4") -> bytes:
    return to_pdf(dossier_html(made, templates=papers.TEMPLATES, paper=paper), templates=papers.TEMPLATES, stylesheet=DOSSIER_STYLESHEET)


def long_dossier() -> document.Dossier:
    """The longest notes that the forms allow, without and with places to break a line."""
    levels = {"spoken_communication": 4, "composure": 2}
    cards = (card(ADA, "phone", version(1, 21, levels, note=LONGEST), version(2, 30, {"composure": 3}, reveal=True, note="w" * 3994)),)
    return dossier(cards=(*cards, *CARDS[1:]))


def hostile_dossier() -> document.Dossier:
    made = dossier()
    person = document.Person(ADA.id, HOSTILE)
    first = replace(
        made.cards[0], interviewer=person, versions=(version(1, 21, {"spoken_communication": 4, "composure": 2}, note=HOSTILE),)
    )
    return replace(
        made,
        organisation=HOSTILE,
        candidate=replace(made.candidate, name=HOSTILE, reference=HOSTILE, source=HOSTILE, notes=HOSTILE),
        opening=replace(made.opening, title=HOSTILE, department=HOSTILE, location=HOSTILE),
        cards=(first, *made.cards[1:]),
        decisions=tuple(replace(one, reason=HOSTILE) for one in made.decisions),
        voids=tuple(replace(one, question=HOSTILE, reason=HOSTILE) for one in made.voids),
        events=tuple(replace(one, what=HOSTILE) for one in made.events),
    )


def empty_dossier() -> document.Dossier:
    """Somebody was added, and nothing else."""
    made = dossier(cards=())
    return replace(
        made,
        rubrics=made.rubrics[1:],
        finals=(),
        voids=(),
        decisions=(),
        events=made.events[:2],
        result=replace(made.result, final=None, standing=replace(made.result.standing, rank=None, low=None, high=None, adjusted=None)),
    )


MADE = {"whole": dossier, "long": long_dossier, "hostile": hostile_dossier, "empty": empty_dossier}


@cache
def pdf_of(shape: str, paper: Paper = "a4") -> bytes:
    return set_on(MADE[shape](), paper)


@cache
def text_of(shape: str) -> str:
    return " ".join(papers.pages(pdf_of(shape)))


def same(made: document.Dossier, paper: Paper) -> bytes:
    assert made == dossier_read_back()
    return pdf_of("whole", paper)


@cache
def dossier_read_back() -> document.Dossier:
    return from_plain(document.Dossier, json.loads(file())["content"], "content")


@pytest.mark.parametrize(("shape", "paper"), [(shape, "a4") for shape in MADE] + [("whole", "letter")])
def test_no_rule_of_pdf_ua_1_is_broken(shape: str, paper: Paper) -> None:
    assert papers.failed_rules(pdf_of(shape, paper)) == 0


def test_every_page_is_confidential_and_carries_digest_and_state() -> None:
    digest = sealing.digest_of(dossier())
    pages = papers.pages(pdf_of("whole"))
    for number, page in enumerate(pages, start=1):
        assert "Decision dossier, confidential: names everybody" in page
        assert f"As of 4 Mar 2026, 03:00 UTC · SHA-256 {' '.join(digest[at : at + 4] for at in range(0, 64, 4))}" in page
        assert f"Page {number} of {len(pages)}" in page
    assert papers.metadata(pdf_of("whole"))["/Keywords"] == f"sha256:{digest}"
    assert "".join(pages[0].split()).count(digest) == 2


def test_the_same_record_gives_the_same_bytes() -> None:
    assert set_on(dossier_read_back()) == pdf_of("whole")
    assert sealing.file_of(dossier_read_back(), KEY) == file()


def numbers_of(result: document.Result) -> list[str]:
    found = [decimal(result.independent.total or 0)]
    for total in filter(None, (result.independent, result.final)):
        found += [figure(value) for value in (total.total, total.coverage, total.spread) if value is not None]
        for part in total.parts:
            found += [figure(value) for value in (part.mean, part.variance) if value is not None]
            found += [f"{one.interviewer.split('_')[0]}" for one in part.given]
    standing = result.standing
    return [*found, *(figure(value) for value in (standing.low, standing.high, standing.adjusted) if value is not None)]


def test_paper_and_file_agree_on_every_number() -> None:
    made, said = dossier(), text_of("whole")
    for number in numbers_of(made.result):
        assert number in said
    for line in made.result.independent.parts:
        levels = [f"{one.interviewer.replace('-', '').replace('_', ' ')} {' and '.join(map(str, one.levels))}" for one in line.given]
        assert ", ".join(levels) in said
    assert "Place 2 of 7 ranked candidates. 9 candidates in the opening." in said
    for one in made.cards:
        for written in one.versions:
            for rated in written.ratings:
                assert rated.note in said
            assert f"Version {written.number}, submitted" in said
    for event in made.events:
        assert f"{event.number} {event.at:%Y-%m-%d %H:%M:%S} {event.by.name if event.by else 'At the command line'} {event.what}" in said


def test_the_total_can_be_made_by_hand_from_what_is_printed() -> None:
    said = text_of("whole")
    rows = re.findall(r"Weight × mean.*?Together, where there is a mean ([\d.]+) ([\d.]+)", said)
    totals = re.findall(r"Total ([\d.]+) / ([\d.]+) = ([\d.]+), shown as ([\d.]+)", said)
    assert len(rows) == len(totals) == 2
    for (weight, product), (top, below, total, shown) in zip(rows, totals, strict=True):
        assert (top, below) == (product, weight)
        assert float(top) / float(below) == pytest.approx(float(total), abs=1e-4)
        assert decimal(float(total)) == shown


def test_what_was_asked_judged_and_decided_is_all_there() -> None:
    said = text_of("whole")
    for words in (
        "Rubric version 2 Published 2 Mar 2026, 11:00 UTC by Rita Παππά.",
        "Composure weighs as much as speech, agreed with the team.",
        "Most of the day is spent on the telephone.",
        "Word for word as in version 2, above:",
        "Written after reveal: does not count.",
        "Amended because: Read the panel and remembered the refund.",
        "Zoë 李明, Panel",
        "Never submitted.",
        "Replaced 4 Mar 2026, 03:00 UTC",
        "One question: A question that leaked?",
        "Taken back by Max Θεοδώρου, 3 Mar 2026, 08:00 UTC: It is in.",
        "It was fair after all.",
        "The refund call was the best of the week.",
        "The figures may have changed since: see events 8, 9, 10, 11, 12.",
        "screening verify dossier.json",
        "Drafts that were never submitted",
        "Notes on the candidate’s record Met at a fair.",
    ):
        assert words in said


def test_the_longest_notes_are_there_to_their_last_word_and_within_the_page() -> None:
    squeezed = "".join(text_of("long").split())
    assert "".join(LONGEST.split()) in _without_furniture(squeezed)
    assert "w" * 3994 in re.sub(r"[^w]", "", squeezed)
    assert all(word.left >= 20 and word.right <= 576 and word.bottom <= 842 for word in papers.words(pdf_of("long")))


def _without_furniture(squeezed: str) -> str:
    """Without what stands at the head and foot of each page."""
    digest = sealing.digest_of(long_dossier())
    foot = rf"Asof4Mar2026,03:00UTC·SHA-256{digest}Page\d+of\d+"
    head = "MariaKowalskaAgentDecisiondossier,confidential:nameseverybody"
    return re.sub(rf"{foot}|{re.escape(head)}|CriterionLevelgiven,andwhatitmeansEvidence,asnoted", "", squeezed)


def test_what_people_typed_is_text() -> None:
    squeezed = "".join(text_of("hostile").split())
    assert squeezed.count("".join(HOSTILE.split())) >= 25
    assert papers.embedded_files(pdf_of("hostile")) == 0


def test_two_people_of_one_name_are_told_apart() -> None:
    made = dossier()
    double = document.Person("zzzzzz" + ADA.id[6:], ADA.name)
    html = dossier_html(replace(made, cards=(*made.cards, card(double, "phone"))), templates=papers.TEMPLATES)
    assert "Ada Śliwińska (zzzzzz)" in html
    assert "Ada Śliwińska (Ada_Śl)" in html


def checked(pdf: bytes, **options: Any) -> dict[str, tuple[str, str]]:
    verdict = verify(file(), secrets=(KEY,), pdf=pdf, **options)
    return {one.check: (one.state, one.words) for one in verdict.findings if one.check in ("paper", "words")}


def test_paper_is_checked_against_the_file() -> None:
    fine = ("holds", "Every page of the PDF prints the digest of the file, and so do its metadata.")
    assert checked(pdf_of("whole")) == {"paper": fine}
    here = {"reprint": same, "here": "0.1.0"}
    assert checked(pdf_of("whole"), **here) == {"paper": fine, "words": ("holds", "The PDF is, byte for byte, what this file prints.")}
    assert checked(pdf_of("whole", "letter"), **here)["words"][0] == "holds"
    saved_anew = edited(lambda document_: None)
    assert checked(saved_anew, **here)["words"] == ("holds", "Every page of the PDF says, word for word, what this file prints.")


def test_paper_of_another_dossier_is_found() -> None:
    assert checked(pdf_of("long"))["paper"] == ("fails", "The digest in the PDF’s metadata is not that of the file.")

    def another_page(document_: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(pdf_of("long"))) as other:
            document_.pages[2] = other.pages[2]

    assert checked(edited(another_page))["paper"] == ("fails", "Not every page of the PDF prints the digest of the file: see page 3.")


def test_a_page_that_says_something_else_is_found() -> None:
    def without_words(document_: pikepdf.Pdf) -> None:
        page = document_.pages[3]
        kept = pikepdf.parse_content_stream(page)
        place = next(at for at, one in enumerate(kept) if str(one.operator) == "TJ")
        page.Contents = document_.make_stream(pikepdf.unparse_content_stream([*kept[:place], *kept[place + 1 :]]))

    changed = edited(without_words)
    told = checked(changed, reprint=same, here="0.1.0")
    assert told["words"] == ("fails", "The PDF does not say what this file prints here: see page 4.")
    assert checked(changed, reprint=same, here="0.2.0")["words"][0] == "open"


def edited(change: Any) -> bytes:
    with pikepdf.open(BytesIO(pdf_of("whole"))) as document_:
        change(document_)
        target = BytesIO()
        document_.save(target)
    return target.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"hello", pytest.param(None, id="cut")])
def test_what_is_no_pdf_is_one_clear_answer(data: bytes | None) -> None:
    cut = pdf_of("whole")[:5000] if data is None else data
    assert checked(cut)["paper"][0] == "fails"
    assert checked(cut)["paper"][1].startswith("The PDF cannot be read: it ")


def test_where_nothing_can_be_printed_the_words_stay_open() -> None:
    def unable(made: document.Dossier, paper: Paper) -> bytes:
        raise PdfFailed("no")

    told = checked(pdf_of("whole"), reprint=unable, here="0.1.0")
    assert told["words"] == ("open", "The PDF was not compared word for word. The PDF could not be made: no.")


def test_read_back_text_is_what_poppler_reads() -> None:
    for mine, theirs in zip(printed.read(pdf_of("whole")).pages, papers.pages(pdf_of("whole")), strict=True):
        # Poppler marks where the direction changes.
        assert sorted(mine) == sorted(re.sub(r"[\s\u202a-\u202e\u2066-\u2069]", "", theirs))
