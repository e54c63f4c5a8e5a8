"""A dossier's file: every way of changing it is found, and said in words that name it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.dossier import codec, document, sealing
from reports.dossier.canonical import canonical
from reports.dossier.verifying import Finding, verify
from tests.reports.dossiers import FORMER_KEY, KEY, dossier, file, tampered

Content = dict[str, Any]
CHANGED = "The content is not the one that the digest in the file was made from: something was changed."
NO_MATCH = "The seal does not match: it was not made with the key of this installation, or of other content."
FINE = {
    "digest": ("holds", "The content is the one that the digest in the file was made from."),
    "contents": ("holds", "The file is a complete dossier, version 1 of the format."),
    "rubrics": ("holds", "Every rubric has the digest that it was published with."),
    "record": ("holds", "Scorecards, decisions and events are complete and fit each other."),
    "numbers": ("holds", "Every number follows from the ratings in the file."),
    "place": ("open", "Place, range and adjusted total rest on the other candidates too and cannot be recomputed from one."),
    "seal": ("holds", "Sealed by this installation."),
}


def found(data: bytes, secrets: tuple[str, ...] | None = (KEY,)) -> dict[str, tuple[str, str]]:
    return {finding.check: (finding.state, finding.words) for finding in verify(data, secrets=secrets).findings}


def failures(data: bytes) -> dict[str, str]:
    """What fails but the seal."""
    return {check: words for check, (state, words) in found(data).items() if state == "fails" and check != "seal"}


def test_an_untouched_dossier_holds() -> None:
    verdict = verify(file(), secrets=(KEY,))
    assert found(file()) == FINE
    assert (verdict.holds, verdict.about) == (True, "Maria Kowalska, Agent, as of 4 Mar 2026, 03:00 UTC")
    assert verdict.as_dict() == {
        "holds": True,
        "about": verdict.about,
        "digest": sealing.digest_of(dossier()),
        "findings": [{"check": check, "state": state, "words": words} for check, (state, words) in FINE.items()],
    }


def test_how_the_file_is_laid_out_makes_no_difference() -> None:
    envelope = json.loads(file())
    other = {"seal": envelope["seal"], "content": dict(reversed(envelope["content"].items())), "digest": envelope["digest"]}
    assert found(json.dumps(other, indent=7).encode()) == FINE
    assert found(canonical(envelope)) == FINE


def test_a_dossier_reads_back_as_it_was_written() -> None:
    again = codec.from_plain(document.Dossier, json.loads(file())["content"], "content")
    assert sealing.file_of(again, KEY) == file()
    assert again == dossier()


@pytest.mark.parametrize(
    ("secrets", "state", "words"),
    [
        ((), "open", "Seal not checked: no key here. The installation that made the file can check it."),
        (None, "open", "Seal not checked: it was to be left aside."),
        (("another-key-0123456789-0123456789-0123",), "fails", NO_MATCH),
        ((FORMER_KEY, KEY), "holds", "Sealed by this installation with a former key: whoever had that key could have made it."),
    ],
)
def test_the_seal_is_known_again_by_whoever_has_the_key(secrets: tuple[str, ...] | None, state: str, words: str) -> None:
    assert found(file(), secrets) == {**FINE, "seal": (state, words)}


def test_a_seal_tells_nothing_that_helps_to_make_another() -> None:
    made = sealing.seal("0" * 64, KEY)
    assert made.key != sealing.seal("0" * 64, FORMER_KEY).key
    assert made.key == sealing.seal("1" * 64, KEY).key
    assert made.key not in made.value


def phone(content: Content, card: int = 1, version: int = 0) -> Content:
    found_: Content = content["cards"][card]["versions"][version]
    return found_


def set_level(content: Content) -> None:
    phone(content)["ratings"][1]["level"] = 4


def set_level_and_mean(content: Content) -> None:
    """As somebody would who knows that there is a mean, and not what else follows from it."""
    set_level(content)
    for part in content["result"]["independent"]["parts"]:
        if part["criterion"] == "composure":
            part["mean"] = 3


def drop_card(content: Content) -> None:
    del content["cards"][1]


def swap_events(content: Content) -> None:
    content["events"][2], content["events"][4] = content["events"][4], content["events"][2]


def drop_event(content: Content) -> None:
    del content["events"][6]


def let_late_version_count(content: Content) -> None:
    phone(content, 0, 0)["counts"], phone(content, 0, 1)["counts"] = False, True


def drop_late_version(content: Content) -> None:
    del content["cards"][0]["versions"][1]


def hide_first_version(content: Content) -> None:
    content["cards"][0]["versions"] = [{**phone(content, 0, 1), "number": 1, "after_reveal": False, "counts": True}]


def weigh(content: Content) -> None:
    content["rubrics"][1]["content"]["criteria"][0]["weight"] = "36.00"


def word_of_an_anchor(content: Content) -> None:
    content["rubrics"][0]["content"]["criteria"][0]["criterion"]["anchors"]["4"] += " Always."


def total(content: Content) -> None:
    content["result"]["independent"]["total"] = 4.5


def experience(content: Content) -> None:
    content["candidate"]["facts"]["months"] = 300


def another_rank(content: Content) -> None:
    content["result"]["standing"]["rank"] = 9


def second_standing_decision(content: Content) -> None:
    content["decisions"][0] |= {"undone_by": None, "undone_at": None}


def drop_rating(content: Content) -> None:
    phone(content)["ratings"].pop(0)


def drop_final(content: Content) -> None:
    content["finals"].pop(0)


def unvoid(content: Content) -> None:
    content["voids"][1] |= {"undone_by": None, "undone_at": None}


def recommend(content: Content) -> None:
    phone(content)["recommendation"] = "strong_yes"


EVENTS_WRONG = "The record of events is not complete or not in its order: its numbers do not count up by one."
ADAS = "The scorecard of Ada Śliwińska at the stage phone"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_level, {"numbers": ["Calm under stress: the levels in the calculation are not those on the scorecards."]}),
        (
            set_level_and_mean,
            {
                "numbers": [
                    "Calm under stress: the levels in the calculation are not those on the scorecards.",
                    "Calm under stress, level of Ben Okafor: 4.5 in the file; the record gives 4.",
                    "Total: 3.89062 in the file; the record gives 3.78125.",
                ]
            },
        ),
        (
            drop_card,
            {
                "record": ["The record of events tells of 4 submitted version(s) of scorecards, and 3 are there."],
                "numbers": ["Cards submitted: 3 in the file; the record gives 2."],
            },
        ),
        (swap_events, {"record": [EVENTS_WRONG]}),
        (drop_event, {"record": [EVENTS_WRONG, "The record of events tells of 1 decision(s), and 2 are there."]}),
        (
            let_late_version_count,
            {"record": [f"{ADAS}: the version that counts is not the last one written before others’ cards were open."], "numbers": []},
        ),
        (drop_late_version, {"record": ["The record of events tells of 4 submitted version(s) of scorecards, and 3 are there."]}),
        (hide_first_version, {"record": ["The record of events tells of 4"], "numbers": []}),
        (weigh, {"rubrics": ["Rubric version 2 does not have the digest that it was published with"], "numbers": []}),
        (word_of_an_anchor, {"rubrics": ["Rubric version 1 does not have the digest that it was published with"]}),
        (total, {"numbers": ["Total: 4.5 in the file; the record gives "]}),
        (experience, {"numbers": ["Relevant work experience, mean: 4 in the file; the record gives 5."]}),
        (another_rank, {"record": ["The place 9 of 7 ranked and 9 in all cannot be."]}),
        (second_standing_decision, {"record": ["The standing decision at the stage phone is there 2 times."]}),
        (
            drop_rating,
            {
                "record": ["The scorecard of Ben Okafor at the stage phone, version 1, has no entry for spoken_communication"],
                "numbers": [],
            },
        ),
        (drop_final, {"record": ["The record of events tells of 2 final rating(s), and 1 are there."]}),
        (unvoid, {"numbers": ["void: no in the file; the record gives yes."]}),
        (recommend, {"numbers": ["Recommendations: 0 strong_no, 0 no, 3 yes, 0 strong_yes in the file; the record gives"]}),
    ],
)
def test_what_was_changed_is_named_even_under_a_new_digest(change: Callable[[Content], None], told: dict[str, list[str]]) -> None:
    data = tampered(change)
    assert set(failures(data)) == set(told)
    for check, sentences in told.items():
        for sentence in sentences:
            assert sentence in failures(data)[check]
    assert found(data)["seal"] == ("fails", NO_MATCH)
    assert "digest" in failures(tampered(change, digest=False))


def test_a_change_that_contradicts_nothing_is_found_by_digest_and_seal() -> None:
    def word(content: Content) -> None:
        content["decisions"][1]["reason"] = content["decisions"][1]["reason"].replace("hire", "keep")

    assert failures(tampered(word, digest=False)) == {"digest": CHANGED}
    assert found(tampered(word)) == {**FINE, "seal": ("fails", NO_MATCH)}
    assert found(tampered(word, key=KEY)) == FINE


@pytest.mark.parametrize("value", ["0" * 64, "", "a" * 64 + "\n", "é" * 64])
def test_another_digest_is_found(value: str) -> None:
    envelope = json.loads(file())
    envelope["digest"]["value"] = value
    assert failures(json.dumps(envelope).encode()) == {"digest": CHANGED}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda content: content.pop("cards"), "content.cards is missing."),
        (lambda content: content["cards"][0].pop("versions"), "content.cards[0].versions is missing."),
        (lambda content: content.update(remark="ok"), "content.remark is not known."),
        (
            lambda content: phone(content)["ratings"][0].update(level=6),
            "content.cards[1].versions[0].ratings[0].level must be one of 1, 2, 3, 4, 5.",
        ),
        (
            lambda content: phone(content)["ratings"][0].update(level=True),
            "content.cards[1].versions[0].ratings[0].level must be one of 1, 2, 3, 4, 5.",
        ),
        (
            lambda content: content["events"][0].update(at="2026-03-02"),
            "content.events[0].at must be a time such as 2026-03-01T10:42:07.000000Z.",
        ),
        (
            lambda content: content["events"][0].update(at="2026-02-30T00:00:00.000000Z"),
            "content.events[0].at is not a time that there is.",
        ),
        (lambda content: content["result"].update(cards="3"), "content.result.cards must be a whole number."),
        (lambda content: content.update(finals={}), "content.finals must be a list."),
        (
            lambda content: content["candidate"]["facts"].update(months=10_000),
            "content.candidate.facts: months of experience must be between 0 and 720, not 10000.",
        ),
        (lambda content: content.update(version=2), "its format has the version 2, and this program reads version 1."),
        (lambda content: content.update(format="x"), "its content is not that of a decision dossier."),
    ],
)
def test_what_is_no_complete_dossier_says_where(change: Callable[[Content], object], complaint: str) -> None:
    assert failures(tampered(change)) == {"contents": f"The file is not a complete dossier: {complaint}"}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{}", b'{"content": {}}', b"\x00" * 99, b"%PDF-1.7", b'{"content": {"a": "\\ud800"}, "digest": {}, "seal": {}}'],
)
def test_what_is_no_dossier_at_all_is_one_clear_answer(data: bytes) -> None:
    findings = verify(data, secrets=(KEY,)).findings
    assert [(one.check, one.state) for one in findings] == [("file", "fails")]
    assert findings[0].words.startswith("This cannot be read as a dossier: ")


def test_an_envelope_that_claims_something_else_is_refused() -> None:
    envelope = json.loads(file())
    envelope["digest"]["algorithm"] = "MD5"
    envelope["seal"]["value"] = "\ud800"
    told = found(json.dumps(envelope).encode())
    assert told["digest"] == ("fails", "The digest in the file is not said to be the SHA-256 of its canonical content.")
    assert told["seal"] == ("fails", "The seal is not of the kind that Screening makes.")


def test_what_comes_from_the_file_is_harmless_in_a_terminal() -> None:
    def name(content: Content) -> None:
        content["cards"][0]["interviewer"]["name"] = "\x1b[2J\x1b]0;owned\x07" + "long " * 500
        content["cards"][0]["versions"][0]["number"] = 7

    words = failures(tampered(name))["record"]
    assert "\x1b" not in words
    assert max(map(len, words.splitlines())) <= 400


PLACES = st.lists(st.integers(0, 60), min_size=1, max_size=7)
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(-9, 9), st.text(max_size=5), st.just([]), st.just({}), st.just([{}])
)


@given(PLACES, JUNK)
@settings(max_examples=150)
def test_whatever_is_changed_anywhere_never_holds_and_never_breaks_the_check(places: list[int], junk: Any) -> None:
    changed = []

    def somewhere(content: Content) -> None:
        inside: Any = content
        for place in places:
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            key = keys[place % len(keys)]
            if not isinstance(inside[key], dict | list) or not inside[key] or place == places[-1]:
                changed.append(type(inside[key]) is not type(junk) or inside[key] != junk)
                inside[key] = junk
                return
            inside = inside[key]
        changed.append(False)

    data = tampered(somewhere)
    verdict = verify(data, secrets=(KEY,))
    assert verdict.holds is (not any(changed))
    assert all(isinstance(finding, Finding) and finding.words for finding in verdict.findings)
