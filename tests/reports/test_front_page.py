from __future__ import annotations

from dataclasses import replace

from reports.fit import DENSITIES, Paper, fits
from reports.front_page import front_page
from tests.reports.factories import DECISIONS, candidate_summary, criterion, empty_summary, mark, recommendations, small_summary

PAPERS: tuple[Paper, ...] = ("a4", "letter")


def test_strength_is_shown_by_its_highest_ratings_and_weakness_by_its_lowest() -> None:
    strong = criterion("Empathy", [mark(4, "Four."), mark(5), mark(5, "Five."), mark(None, not_assessed="No time")])
    weak = criterion("Patience", [mark(4, "Four."), mark(1, "One."), mark(3, " ")])
    page = front_page(small_summary(criteria=(weak, strong)), "a4")

    assert page.strongest is not None
    assert [quote.note for quote in page.strongest.quotes] == ["Five.", "Four."]
    assert page.weakest is not None
    assert [quote.note for quote in page.weakest.quotes] == ["One.", "Four."]


def test_a_contrast_shows_the_two_ends_and_leaves_the_middle_out() -> None:
    line = criterion("Composure", [mark(2, "Low."), mark(5), mark(3, "Middle."), mark(5, "High.")])
    (contrast,) = front_page(small_summary(criteria=(line,)), "a4").contrasts

    assert [one.note for one in contrast.higher] == ["High.", ""]
    assert [one.note for one in contrast.lower] == ["Low."]


def test_recommendations_are_counted_from_the_most_positive_on() -> None:
    assert front_page(candidate_summary(), "a4").tally == (("strong_yes", 1), ("yes", 2), ("no", 1))
    assert front_page(empty_summary(), "a4").tally == ()


def test_the_decision_in_force_is_not_among_the_past_ones() -> None:
    assert front_page(candidate_summary(), "a4").past_decisions == (DECISIONS[0],)
    undone = replace(DECISIONS[1], undone_by="Leila Haddad", undone_at=DECISIONS[1].when)
    assert front_page(candidate_summary(decisions=(DECISIONS[0], undone)), "a4").past_decisions == (undone, DECISIONS[0])


def test_an_ordinary_round_is_shown_without_cutting_a_reason() -> None:
    for paper in PAPERS:
        page = front_page(small_summary(), paper)
        assert not page.spills
        assert page.in_full == ()
        assert page.more_contrasts == ()
        assert page.more_recommendations == ()


def test_what_is_shortened_on_the_first_page_is_given_in_full() -> None:
    reason = "So many words that no first page would hold them, and then some more. " * 10
    lines = tuple(replace(line, reason=reason) for line in recommendations(3))
    page = front_page(small_summary(recommendations=lines), "a4")

    assert [heading for heading, _ in page.in_full] == [
        "Ana Petrović, Phone screen, yes",
        "Marcus Bell, Role play, strong yes",
        "Inês Carvalho, Panel interview, no",
    ]
    assert {text for _, text in page.in_full} == {reason}


def test_a_crowded_page_names_what_it_has_no_room_for_and_loses_nothing() -> None:
    apart = tuple(criterion(f"Criterion {number}", [mark(5, "High. " * 30), mark(2, "Low. " * 30)], minimum=4) for number in range(12))
    panel = tuple(replace(recommendations(1)[0], interviewer=f"Interviewer {number}") for number in range(12))
    summary = candidate_summary(criteria=apart, recommendations=panel)
    page = front_page(summary, "a4")

    assert tuple(contrast.line for contrast in page.contrasts) + page.more_contrasts == summary.disagreements
    assert page.missed + page.more_missed == summary.minimums_missed
    assert page.recommendations + page.more_recommendations == panel
    assert {f"{line.interviewer}, {line.stage}, yes" for line in page.more_recommendations} <= {heading for heading, _ in page.in_full}


def test_a_tighter_density_never_needs_more_room() -> None:
    crowded = candidate_summary(recommendations=recommendations() * 3)
    for summary in (small_summary(), candidate_summary(), crowded):
        for paper in PAPERS:
            fitting = [fits(summary, density, paper) for density in DENSITIES]
            assert fitting == sorted(fitting)
