"""Interview kits over HTTP: fetching them, bringing them back, everything that is refused, and who may."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from reports.kit import form_fields
from rubrics.model import Weighted
from screening.clock import now
from screening.errors import TooMany
from screening.forms.kits import MOST_LETTERS
from screening.models import Event, Opening, Scorecard, Void
from screening.services import interviews, rubrics, scorecards
from screening.services.kits import KitSeals, reading, refusals, unpacking
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, small_rubric, viewer_of
from tests.support.kits import changed, filled, filled_kit, form_of, kit_of, zipped
from tests.support.web import KEY, Browser, Site

FORMER_KEY = "a-key-of-before-0123456789abcdef0123"
TYPED = "Zażółć gęślą jaźń.\nمرحبا 你好 😀"
WHOLE = {
    "note_composure": TYPED,
    "rating_composure": "4",
    "note_spoken_communication": "Short sentences.",
    "rating_spoken_communication": "2",
    "recommendation": "yes",
    "reason": "Calm, and knows why.",
}


def send(browser: Browser, files: Mapping[str, bytes]) -> TestResponse:
    return browser.post("/kits", {"files": [(BytesIO(content), name) for name, content in files.items()]})


def kept(page: TestResponse) -> str:
    found = re.search(r'name="kept"[^>]*value="([^"]*)"', page.text)
    assert found is not None
    return unescape(found[1])


def refused(page: TestResponse) -> dict[str, list[str]]:
    """What is said against each file."""
    found = {}
    for name, said in re.findall(r"<li><strong>(.*?)</strong>(.*?)</li>", page.text, re.S):
        found[unescape(name)] = [unescape(text) for text in re.findall(r"<p>(.*?)</p>", said)]
    return found


def draft(hiring: HiringRound, interviewer: str, candidate: str) -> scorecards.Card:
    viewer = hiring.viewer(interviewer)
    with hiring.database.reading() as session:
        return scorecards.get(session, viewer, hiring.cards[interviewer, candidate, "phone"])


def save(hiring: HiringRound, content: Content, candidate: str = "maria") -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["ada"])
        card = scorecards.get(session, viewer, hiring.cards["ada", candidate, "phone"])
        scorecards.save(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def strike(hiring: HiringRound, criterion: str, question: str = "") -> None:
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening).where(Opening.public_id == hiring.opening)).one()
        by = viewer_of(session, hiring.people["recruiter"]).account_id
        session.add(Void(opening_id=opening.id, criterion=criterion, question=question, reason="Leaked", voided_by=by, voided_at=now()))


def test_a_kit_is_fetched_filled_in_looked_at_and_becomes_a_draft(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    card = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    fetched = ada.get(f"{card}/kit-form.pdf")
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="Maria Kowalska - Phone screen - to fill in.pdf"'
    page = send(ada, {"maria.pdf": filled(fetched.data, WHOLE)})
    assert page.status_code == 200
    assert "Maria Kowalska: Phone screen" in page.text
    assert TYPED in page.text
    assert draft(hiring, "ada", "maria").state == "new"
    taken = ada.post("/kits/take", {"kept": kept(page), "take_0": "file"})
    assert (taken.status_code, taken.headers["Location"]) == (303, card)
    found = draft(hiring, "ada", "maria")
    assert (found.state, found.content) == (
        "draft",
        Content(
            {"composure": Entry(4, "", TYPED), "spoken_communication": Entry(2, "", "Short sentences.")},
            recommendation="yes",
            reason="Calm, and knows why.",
            amend_reason="",
        ),
    )
    with hiring.database.reading() as session:
        events = session.execute(select(Event.action, Event.detail).where(Event.action.like("kit_%")).order_by(Event.id)).all()
    assert [tuple(event) for event in events] == [
        ("kit_made", {"stage": "phone", "fillable": True}),
        ("kit_taken", {"stage": "phone", "version": found.version}),
    ]


def test_the_printed_kit_and_the_blank_one_leave_out_what_is_void(site: Site, hiring: HiringRound) -> None:
    composure = kit_of(hiring, "ada", "maria").criteria[1]
    strike(hiring, "spoken_communication")
    strike(hiring, "composure", composure.questions[0].text)
    assert kit_of(hiring, "ada", "maria").criteria == (replace(composure, questions=composure.questions[1:]),)
    recruiter_site = site.signed_in(hiring.people["recruiter"])
    blank = recruiter_site.get(f"/openings/{hiring.opening}/kits/phone.pdf")
    assert blank.headers["Content-Disposition"] == 'attachment; filename="Agent - Phone screen - blank kit.pdf"'
    assert recruiter_site.get(f"/openings/{hiring.opening}/kits/nowhere.pdf").status_code == 404
    printed = site.signed_in(hiring.people["ada"]).get(f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}/kit.pdf")
    with pikepdf.open(BytesIO(printed.data)) as document:
        assert ("/AcroForm" in document.Root, len(document.pages)) == (False, 3)


def test_what_became_void_after_the_kit_was_fetched_is_left_out(site: Site, hiring: HiringRound) -> None:
    file = filled_kit(hiring, "ada", "maria", **WHOLE)
    strike(hiring, "spoken_communication")
    ada = site.signed_in(hiring.people["ada"])
    ada.post("/kits/take", {"kept": kept(send(ada, {"a.pdf": file})), "take_0": "file"})
    assert draft(hiring, "ada", "maria").content.entries == {"composure": Entry(4, "", TYPED)}


def test_every_file_that_cannot_be_taken_says_why_and_leaves_the_others_alone(site: Site, hiring: HiringRound) -> None:
    good = filled_kit(hiring, "ada", "maria", **WHOLE)
    form = form_of(kit_of(hiring, "ada", "tom"))
    whole = filled(form, {"rating_composure": "3"})

    def other_seal(document: pikepdf.Pdf) -> None:
        seal = str(document.docinfo["/ScreeningKit"])
        document.docinfo["/ScreeningKit"] = document.Root.AcroForm.Fields[-1].V = pikepdf.String(
            seal.replace(seal[20], "A" if seal[20] != "A" else "B")
        )

    def other_field(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields[-1].V = pikepdf.String("something else")

    def flat(document: pikepdf.Pdf) -> None:
        del document.Root["/AcroForm"]

    def printed(document: pikepdf.Pdf) -> None:
        flat(document)
        del document.docinfo["/ScreeningKit"]

    def hollow(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields = pikepdf.Array(document.Root.AcroForm.Fields[-1:])

    files = {
        "good.pdf": good,
        "text.pdf": b"Dear team, here are my notes.",
        "cut.pdf": whole[: len(whole) // 2],
        "locked.pdf": changed(whole, lambda document: None, encryption=pikepdf.Encryption(owner="o", user="u")),
        "printed.pdf": changed(whole, printed),
        "flat.pdf": changed(whole, flat),
        "hollow.pdf": changed(whole, hollow),
        "elsewhere.pdf": form_of(kit_of(hiring, "ada", "tom", key="another-installation-0123456789abcdef")),
        "altered.pdf": changed(whole, other_seal),
        "mixed.pdf": changed(whole, other_field),
        "bens.pdf": filled_kit(hiring, "ben", "maria", rating_composure="5"),
        "empty.pdf": form,
        "long.pdf": filled(form, {"note_composure": "x" * 4001, "reason": "y" * 301}),
        "control.pdf": filled(form, {"note_composure": "bell \x07"}),
        "odd.pdf": filled(form, {"rating_composure": "6", "recommendation": "maybe"}),
        "huge.pdf": b"%PDF-1.7" + bytes(unpacking.MOST_BYTES),
    }
    page = send(site.signed_in(hiring.people["ada"]), files)
    assert page.status_code == 200
    damaged, flattened = str(refusals.Damaged()), str(refusals.Flattened())
    assert refused(page) == {
        "text.pdf": [str(refusals.NotPdf())],
        "cut.pdf": [damaged],
        "locked.pdf": [str(refusals.Protected())],
        "printed.pdf": [str(refusals.NotOurKit())],
        "flat.pdf": [flattened],
        "hollow.pdf": [flattened],
        "elsewhere.pdf": [str(refusals.OtherInstallation())],
        "altered.pdf": [str(refusals.Altered())],
        "mixed.pdf": [str(refusals.Altered())],
        "bens.pdf": [str(refusals.NotYours())],
        "empty.pdf": [str(refusals.NothingFilledIn())],
        "long.pdf": [
            "Why, in one line: Use at most 300 characters here.",
            "Calm under stress: evidence: Use at most 4,000 characters here.",
        ],
        "control.pdf": [
            "Calm under stress: evidence: The character at place 6 cannot be printed. Delete it; it often comes with copied text."
        ],
        "odd.pdf": ["Should this candidate go on?: Not a valid choice.", "Calm under stress: level: Choose a level from 1 to 5."],
        "huge.pdf": [str(refusals.TooLarge(unpacking.MOST_BYTES))],
    }
    assert "Maria Kowalska: Phone screen" in page.text
    assert draft(hiring, "ada", "tom").state == "new"


def test_a_kit_from_before_the_key_was_changed_is_taken(hiring: HiringRound) -> None:
    kit = kit_of(hiring, "ada", "tom", key=FORMER_KEY)
    identity = KitSeals((KEY, FORMER_KEY)).identity(kit.seal)
    assert (identity.scorecard, identity.rubric_number) == (hiring.cards["ada", "tom", "phone"], 1)
    with pytest.raises(refusals.OtherInstallation):
        KitSeals((KEY,)).identity(kit.seal)
    with pytest.raises(refusals.Altered):
        # Not the last letter, of which some bits mean nothing.
        KitSeals((KEY, FORMER_KEY)).identity(kit.seal[:-9] + ("A" if kit.seal[-9] != "A" else "B") + kit.seal[-8:])


def test_a_kit_of_another_rubric_version_is_refused_and_says_which(site: Site, hiring: HiringRound) -> None:
    new, begun = filled_kit(hiring, "ada", "maria", **WHOLE), filled_kit(hiring, "ada", "tom", **WHOLE)
    save(hiring, Content({}), "tom")
    ada = site.signed_in(hiring.people["ada"])
    shown = kept(send(ada, {"new.pdf": new}))
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        rubric = small_rubric()
        criteria = (Weighted(rubric.criteria[0].criterion, rubric.criteria[0].weight, "Changed.", minimum=2), *rubric.criteria[1:])
        changed_rubric = type(rubric)(rubric.title, criteria, rubric.stages)
        saved = rubrics.save_draft(session, recruiter, hiring.opening, changed_rubric, version=2)
        rubrics.publish(session, recruiter, hiring.opening, version=saved.version, note="Lower minimum")
    page = send(ada, {"new.pdf": new, "begun.pdf": begun})
    assert refused(page) == {"new.pdf": [str(refusals.OtherVersion(has=1, wanted=2))]}
    assert "This kit was made for rubric version 1; the scorecard is now on version 2" in page.text
    # A page that was open meanwhile writes nothing either.
    late = ada.post("/kits/take", {"kept": shown, "take_0": "file"})
    assert (late.status_code, refused(late)) == (409, {"new.pdf": [str(refusals.OtherVersion(has=1, wanted=2))]})
    assert draft(hiring, "ada", "maria").state == "new"


def test_cards_that_are_submitted_withdrawn_closed_or_gone_are_refused(site: Site, hiring: HiringRound) -> None:
    submitted, withdrawn = filled_kit(hiring, "ada", "maria", **WHOLE), filled_kit(hiring, "ada", "tom", **WHOLE)
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        interviews.unassign(session, viewer_of(session, hiring.people["recruiter"]), hiring.cards["ada", "tom", "phone"])
    ada = site.signed_in(hiring.people["ada"])
    page = send(ada, {"submitted.pdf": submitted, "withdrawn.pdf": withdrawn})
    assert page.status_code == 422
    assert refused(page) == {"submitted.pdf": [str(refusals.Frozen())], "withdrawn.pdf": [str(refusals.NotYours())]}
    assert ada.get(f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}/kit-form.pdf").status_code == 409
    with hiring.database.transaction() as session:
        session.execute(update(Scorecard).values(withdrawn_at=None))
        session.execute(update(Opening).values(state="closed"))
    assert refused(send(ada, {"closed.pdf": withdrawn})) == {"closed.pdf": [str(refusals.Closed())]}


def test_an_amendment_can_be_written_from_a_kit(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    ada = site.signed_in(hiring.people["ada"])
    ada.post(f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}/amend")
    page = send(ada, {"a.pdf": filled_kit(hiring, "ada", "maria", rating_composure="5")})
    ada.post("/kits/take", {"kept": kept(page), "take_0": "file"})
    found = draft(hiring, "ada", "maria")
    assert (found.state, found.content.entries["composure"]) == ("amending", Entry(5, "", "ada on composure of maria"))


def test_a_draft_that_holds_something_else_is_never_overwritten_without_a_choice(site: Site, hiring: HiringRound) -> None:
    mine = Content({"composure": Entry(3, "", "Typed on the page."), "spoken_communication": Entry(5, "", "Clear.")}, reason="")
    save(hiring, mine)
    ada = site.signed_in(hiring.people["ada"])
    page = send(ada, {"a.pdf": filled_kit(hiring, "ada", "maria", rating_composure="4", note_spoken_communication="Clear.", reason="Calm")})
    assert ("Typed on the page." in page.text, "This draft already holds something else." in page.text, " checked" in page.text) == (
        True,
        True,
        False,
    )
    undecided = ada.post("/kits/take", {"kept": kept(page)})
    assert (undecided.status_code, "Choose what the draft shall say." in undecided.text) == (422, True)
    left = ada.post("/kits/take", {"kept": kept(undecided), "take_0": "mine"})
    assert left.status_code == 303
    assert draft(hiring, "ada", "maria").content == Content(mine.entries, "", "", "")
    ada.post("/kits/take", {"kept": kept(undecided), "take_0": "file"})
    # What the file leaves empty stays: the note on composure, the level for speaking.
    assert draft(hiring, "ada", "maria").content == Content(
        {"composure": Entry(4, "", "Typed on the page."), "spoken_communication": Entry(5, "", "Clear.")}, "", "Calm", ""
    )


def test_a_draft_saved_since_it_was_shown_is_a_conflict_that_shows_both_and_writes_none(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    files = {who: filled_kit(hiring, "ada", who, **WHOLE) for who in ("maria", "tom")}
    page = send(ada, {f"{who}.pdf": content for who, content in files.items()})
    save(hiring, Content({"composure": Entry(1, "", "Typed meanwhile.")}))
    answer = ada.post("/kits/take", {"kept": kept(page), "take_0": "file", "take_1": "file"})
    assert answer.status_code == 409
    assert ("Typed meanwhile." in answer.text, TYPED in answer.text, "A draft was changed since this page was shown" in answer.text) == (
        True,
        True,
        True,
    )
    assert (draft(hiring, "ada", "tom").state, draft(hiring, "ada", "maria").content.entries) == (
        "new",
        {"composure": Entry(1, "", "Typed meanwhile.")},
    )
    again = ada.post("/kits/take", {"kept": kept(answer), "take_0": "file", "take_1": "file"})
    assert (again.status_code, again.headers["Location"]) == (303, "/")
    assert [draft(hiring, "ada", who).content.entries["composure"] for who in ("maria", "tom")] == [Entry(4, "", TYPED)] * 2


def test_level_and_reason_together_count_as_not_assessed_and_the_page_says_so(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    page = send(ada, {"a.pdf": filled_kit(hiring, "ada", "maria", rating_composure="4", na_composure="no_time")})
    assert "Calm under stress: both level 4 and “No time left” are marked. It counts as not assessed." in page.text
    ada.post("/kits/take", {"kept": kept(page), "take_0": "file"})
    assert draft(hiring, "ada", "maria").content.entries == {"composure": Entry(None, "no_time", "")}


def test_a_zip_of_a_folder_is_read_file_by_file_and_one_card_twice_is_refused(site: Site, hiring: HiringRound) -> None:
    archive = zipped(
        {
            "kits/Maria 1.pdf": filled_kit(hiring, "ada", "maria", rating_composure="4"),
            "kits/Maria 2.pdf": filled_kit(hiring, "ada", "maria", rating_composure="5"),
            "kits/Tom.pdf": filled_kit(hiring, "ada", "tom", rating_composure="3"),
            "kits/": b"",
            "kits/notes.txt": b"notes",
            "__MACOSX/kits/._Tom.pdf": b"resource fork",
            "kits/.DS_Store": b"",
        }
    )
    page = send(site.signed_in(hiring.people["ada"]), {"kits.zip": archive})
    assert refused(page) == {
        "Maria 1.pdf": [str(refusals.Twice("Maria 2.pdf"))],
        "Maria 2.pdf": [str(refusals.Twice("Maria 1.pdf"))],
        "notes.txt": [str(refusals.OtherFile())],
    }
    assert "Tom Okafor: Phone screen" in page.text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped({f"{number}.pdf": b"" for number in range(unpacking.MOST_FILES + 1)}), "At most 40 kits can be uploaded at once."),
        (zipped({f"{number}.txt": b"" for number in range(401)}), "holds more than 400 parts."),
        (zipped({f"{number}.pdf": bytes(13 * 2**20) for number in range(4)}), "unpacks to more than 48 MB."),
        (zipped({"a.pdf": b"%PDF-"})[:-30], "is damaged or did not arrive whole."),
    ],
    ids=["files", "parts", "expanded", "cut"],
)
def test_archives_beyond_the_limits_are_refused_as_a_whole(site: Site, hiring: HiringRound, content: bytes, why: str) -> None:
    page = send(site.signed_in(hiring.people["ada"]), {"many.zip": content})
    assert (page.status_code, why in unescape(page.text)) == (422, True)


def test_nobody_brings_in_a_kit_for_somebody_else(site: Site, hiring: HiringRound) -> None:
    file = filled_kit(hiring, "ada", "maria", **WHOLE)
    shown = kept(send(site.signed_in(hiring.people["ada"]), {"a.pdf": file}))
    ben = site.signed_in(hiring.people["ben"])
    assert refused(send(ben, {"a.pdf": file})) == {"a.pdf": [str(refusals.NotYours())]}
    assert ben.post("/kits/take", {"kept": shown, "take_0": "file"}).status_code == 422
    for person in ("stranger", "recruiter", "manager", "admin"):
        browser = site.signed_in(hiring.people[person])
        answers = [browser.get("/kits"), send(browser, {"a.pdf": file}), browser.post("/kits/take", {"kept": shown, "take_0": "file"})]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert browser.get(f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}/kit.pdf").status_code == 404
    assert [draft(hiring, who, "maria").state for who in ("ada", "ben")] == ["new", "new"]


def test_an_upload_without_files_or_a_page_without_what_was_read_is_told_so(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    answers = [ada.post("/kits"), ada.post("/kits/take"), ada.post("/kits/take", {"kept": "x" * MOST_LETTERS, "take_0": "file"})]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "Choose the kits that you filled in." in answers[0].text
    assert "What was read from your files is not on this page any more." in answers[1].text


def test_the_longest_kit_that_the_form_takes_goes_all_the_way(site: Site, hiring: HiringRound) -> None:
    note = "".join(chr(0x4E00 + number) for number in range(4000))
    ada = site.signed_in(hiring.people["ada"])
    page = send(ada, {"a.pdf": filled_kit(hiring, "ada", "maria", note_composure=note, reason="r" * 300)})
    ada.post("/kits/take", {"kept": kept(page), "take_0": "file"})
    assert draft(hiring, "ada", "maria").content == Content({"composure": Entry(None, "", note)}, "", "r" * 300, "")


def bomb(megabytes: int) -> bytes:
    """A small PDF whose fields stand in a part that unpacks to so much."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]))
        field = document.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("reason")))
        field.V = pikepdf.Stream(document, zlib.compress(bytes(megabytes * 2**20)), Filter=pikepdf.Name.FlateDecode)
        document.Root.AcroForm.Fields.append(field)
        saved = BytesIO()
        document.save(saved, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return saved.getvalue()


def test_a_file_that_takes_too_much_is_refused_and_its_neighbours_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MEGABYTES", 64)
    plain, heavy = bomb(0), bomb(100)
    assert len(heavy) < 2**20
    found = reading.read_all([plain, heavy, b"%PDF-1.7 nothing", plain])
    read = reading.FilledForm({"reason": ""}, None, None)
    assert [one if isinstance(one, reading.FilledForm) else type(one) for one in found] == [read, refusals.TooMuch, refusals.Damaged, read]


def test_reading_ends_when_the_time_for_all_files_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ALL_SECONDS", 0.01)
    found = reading.read_all([b"%PDF-1.7"] * 3)
    assert [type(one) for one in found] == [refusals.TooMuch, refusals.OutOfTime, refusals.OutOfTime]


def test_no_more_than_two_uploads_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(reading, "ALL_SECONDS", 0.01)
    with reading._a_turn(), pytest.raises(TooMany):
        reading.read_all([b"%PDF-1.7"])


def test_fields_of_every_kind_are_read_without_a_stumble() -> None:
    """Wrong kinds of values, names that are none, fields that hold one another: read as far as they make sense."""
    with pikepdf.new() as document:
        document.add_blank_page()
        loop = document.make_indirect(pikepdf.Dictionary(T=pikepdf.String("note_loop"), FT=pikepdf.Name.Tx))
        loop.Kids = pikepdf.Array([loop])
        loop.Parent = loop
        loop.V = loop
        odd = {
            "reason": pikepdf.Array([1, 2]),
            "recommendation": 5,
            "rating_a": pikepdf.Name("/3"),
            "na_a": pikepdf.Name.Off,
            "note_A": "x",
        }
        fields = [document.make_indirect(pikepdf.Dictionary(T=pikepdf.String(name), V=value)) for name, value in odd.items()]
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([loop, *fields]))
        saved = BytesIO()
        document.save(saved)
    values = {"note_loop": "", "reason": "", "recommendation": "", "rating_a": "3", "na_a": ""}
    assert reading.read_all([saved.getvalue()]) == [reading.FilledForm(values, None, None)]


def test_the_fields_of_a_kit_are_those_of_the_scorecards_own_form(hiring: HiringRound) -> None:
    names = [field.name for field in form_fields(kit_of(hiring, "ada", "maria"))]
    expected = [f"{part}_{key}" for key in ("spoken_communication", "composure") for part in ("note", "rating", "na")]
    assert names == [*expected, "recommendation", "reason"]
