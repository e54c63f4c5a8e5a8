"""The impact report: aggregates by step and by score, small groups hidden, no candidate anywhere, and only for the analyst."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rubrics import impact as figures
from rubrics.impact import CommonOdds, Figures, Group, assess
from screening.errors import NotFound
from screening.services import decisions, impact, results
from screening.services.reporting import EVERYTHING
from tests.house_rules.test_pages import statements
from tests.support import groups_round as groups
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.web import Site


def report(hiring: HiringRound, who: str = "ivo", opening: str = "") -> impact.Report:
    with hiring.database.reading() as session:
        return impact.report(session, viewer_of(session, hiring.people[who]), opening or hiring.opening)


def tables(hiring: HiringRound) -> dict[str, tuple[Figures, ...]]:
    (attribute,) = report(hiring).attributes
    return {table.title: table.figures for table in attribute.tables}


def test_each_step_and_the_way_to_the_offer(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    assert tables(hiring) == {
        "Phone screen": assess([Group("blue", 9, 30), Group("red", 18, 30)]),
        "Panel": assess([Group("blue", 3, 9), Group("red", 6, 18)]),
        "From first stage to offer": assess([Group("blue", 3, 30), Group("red", 6, 30)]),
    }


def test_who_is_on_hold_or_taken_back_is_in_no_count(hiring: HiringRound) -> None:
    groups.build(hiring)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for reference, kind in (("red-29", "hold"), ("blue-29", "")):
            public_id = application(session, reference)
            standing = decisions.history(session, groups.application_id(hiring, reference))[-1].public_id
            if kind:
                decisions.decide(session, recruiter, public_id, kind=kind, reason="Wait", standing=standing)
            else:
                decisions.undo(session, recruiter, standing, reason="Too early")
    groups.bring_in(hiring, groups.listed())
    found = tables(hiring)
    assert found["Phone screen"] == assess([Group("blue", 9, 29), Group("red", 18, 29)])
    assert found["From first stage to offer"] == assess([Group("blue", 3, 29), Group("red", 6, 29)])


def application(session, reference: str) -> str:
    from sqlalchemy import select

    from screening.models import Application

    return session.scalars(select(Application.public_id).where(Application.reference == reference)).one()


def test_small_groups_are_hidden_and_cannot_be_found_through_another_table(hiring: HiringRound) -> None:
    groups.build(hiring)
    # Seven green ones, three of whom met the panel: one is hidden there, and so in what adds it up.
    green = {f"blue-{number}": "green" for number in (0, 1, 2, 20, 21, 22, 23)}
    groups.bring_in(hiring, groups.listed(green))
    found = tables(hiring)
    assert [item.suppressed for item in found["Phone screen"]] == [False, False, False]
    assert {item.group: item.reason for item in found["Panel"]} == {
        "blue": figures.BESIDE_FEW,
        "green": figures.FEW,
        "red": "",
    }
    assert {item.group: item.reason for item in found["From first stage to offer"]} == {
        "blue": figures.ELSEWHERE,
        "green": figures.ELSEWHERE,
        "red": "",
    }


def test_scores_are_compared_with_the_median_of_everybody(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    groups.build(hiring)
    with hiring.database.reading() as session:
        found = results.of(session, opening_row(session, hiring), EVERYTHING)
    assert found is not None
    # Three candidates of the small round come first, and have no score.
    found.combined.score[:] = np.concatenate([[np.nan] * 3, np.arange(60.0)])
    found.combined.coverage[:] = 1.0
    found.combined.missing[:] = False
    try:
        # Two of the red ones do not say; the sixty have the scores 0 to 59, the red ones the lower half.
        groups.bring_in(hiring, groups.listed({"red-28": "", "red-29": "prefer not to say"}))
        assert tables(hiring)["By total score"] == assess([Group("blue", 30, 30), Group("red", 0, 28)])
    finally:
        results.forget()


def test_several_openings_are_compared_within_each(site: Site, hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    assert report(hiring).attributes[0].over == ()
    other = groups.second_opening(hiring)
    groups.bring_in(hiring, groups.listed(column="Team").replace(",red", ",RED"), opening=other)
    (attribute,) = report(hiring).attributes
    odds = (3 / 27) / (6 / 24)
    assert attribute.openings == 2
    assert attribute.over == (CommonOdds("blue", "red", estimate=pytest.approx(odds), interval=attribute.over[0].interval, strata=2),)
    page = site.signed_in(hiring.people["ivo"]).get(f"/openings/{hiring.opening}/impact").text
    assert "Within openings, group blue’s odds of being selected were 0.44 times group red’s" in page


@pytest.mark.parametrize("who", ["admin", "recruiter", "manager", "ada", "cleo", "stranger"])
def test_nobody_else_sees_it(hiring: HiringRound, who: str) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    with pytest.raises(NotFound):
        report(hiring, who)


def test_the_page_names_no_candidate_and_promises_nothing(site: Site, hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed({"blue-0": "green", "blue-1": "green"}))
    browser = site.signed_in(hiring.people["ivo"])
    page = browser.get(f"/openings/{hiring.opening}/impact").text
    for secret in ("Person", "red-", "blue-", "@example.org", "Maria", "Tom Okafor", "Linh", "passed"):
        assert secret not in page
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "green Not shown: fewer than 5 people." in text
    assert "blue Not shown: hidden so that a group of fewer than 5 people cannot be found by subtraction." in text
    assert "They cannot show that a selection is fair, nor that it is not." in text
    groups.bring_in(hiring, groups.listed(), seen=1)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", browser.get(f"/openings/{hiring.opening}/impact").text))
    assert "blue 9 of 30 30 % 50 % 27 %–93 % 0.020 below does not" in text
    assert "Group blue advanced at 50 % of group red’s rate (plausible range 27 %–93 %)." in text
    assert "With 9 offers this could easily be chance." in text


def test_the_opening_page_leads_the_analyst_there_and_nobody_else(site: Site, hiring: HiringRound) -> None:
    link = f'href="/openings/{hiring.opening}/impact"'
    for who in ("recruiter", "manager", "ada", "cleo", "ivo"):
        page = site.signed_in(hiring.people[who]).get(f"/openings/{hiring.opening}").text
        assert (link in page) is (who == "ivo"), who


def test_the_number_of_statements_does_not_grow_with_the_candidates(site: Site, hiring: HiringRound) -> None:
    path = f"/openings/{hiring.opening}/impact"
    groups.build(hiring)
    few = "reference,team\n" + "".join(f"red-{number},red\n" for number in range(5))
    groups.bring_in(hiring, few)
    results.forget()
    before = statements(site, hiring, "ivo", path)
    groups.bring_in(hiring, groups.listed(), seen=1)
    results.forget()
    assert statements(site, hiring, "ivo", path) == before
