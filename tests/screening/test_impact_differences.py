"""Nothing about one person can be read off the impact report by looking twice: before and after a decision, an erasure, another list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from rubrics.impact import Group, assess
from screening.errors import Invalid
from screening.models import Application, Demographic, ImpactFigure
from screening.services import decisions, demographics, impact
from screening.services.privacy import erasing
from tests.support import groups_round as groups
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site


def shown(hiring: HiringRound) -> dict[tuple[str, str], object]:
    with hiring.database.reading() as session:
        report = impact.report(session, viewer_of(session, hiring.people["ivo"]), hiring.opening)
    return {(attribute.name, table.title): table.figures for attribute in report.attributes for table in attribute.tables}


def bring_up_to_date(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        impact.bring_up_to_date(session, viewer_of(session, hiring.people["ivo"]), hiring.opening)


def take_back(hiring: HiringRound, *references: str) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for reference in references:
            last = decisions.history(session, groups.application_id(hiring, reference))[-1].public_id
            decisions.undo(session, recruiter, last, reason="Too early")


def erase(hiring: HiringRound, *references: str) -> None:
    with hiring.database.transaction() as session:
        people = session.scalars(select(Application.candidate_id).where(Application.reference.in_(references))).all()
        for candidate_id in people:
            erasing.erase(session, None, candidate_id)


ROUND = {
    "Phone screen": assess([Group("blue", 9, 30), Group("red", 18, 30)]),
    "Panel": assess([Group("blue", 3, 9), Group("red", 6, 18)]),
    "From first stage to offer": assess([Group("blue", 3, 30), Group("red", 6, 30)]),
}


@pytest.mark.parametrize("happens", [take_back, erase], ids=["decision", "erasure"])
@pytest.mark.parametrize("count", [1, 4])
def test_what_happens_to_few_people_changes_no_figure(hiring: HiringRound, happens: Callable[..., None], count: int) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    before = shown(hiring)
    assert {title: figures for (_, title), figures in before.items()} == ROUND
    happens(hiring, *(f"blue-{29 - number}" for number in range(count)))
    assert shown(hiring) == before
    bring_up_to_date(hiring)
    assert shown(hiring) == before


def test_what_happens_to_five_people_does(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    take_back(hiring, *(f"blue-{number}" for number in range(25, 30)))
    assert shown(hiring)["team", "Phone screen"] == ROUND["Phone screen"]
    bring_up_to_date(hiring)
    assert shown(hiring)["team", "Phone screen"] == assess([Group("blue", 9, 25), Group("red", 18, 30)])
    # One more, and back to where five fewer were: neither is told.
    take_back(hiring, "blue-24")
    bring_up_to_date(hiring)
    assert shown(hiring)["team", "Phone screen"] == assess([Group("blue", 9, 25), Group("red", 18, 30)])


def test_small_steps_do_not_add_up_to_a_way_around(hiring: HiringRound) -> None:
    """Five away from the last figures, but one away from those before."""
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    take_back(hiring, *(f"blue-{number}" for number in range(25, 30)))
    bring_up_to_date(hiring)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for number in range(26, 30):
            application = session.get_one(Application, groups.application_id(hiring, f"blue-{number}"))
            decisions.decide(session, recruiter, application.public_id, kind="reject", reason="Seen", standing="")
    take_back(hiring, *(f"red-{number}" for number in range(20, 30)))
    bring_up_to_date(hiring)
    # Blue would be 9 of 29 now, one less than at first.
    assert shown(hiring)["team", "Phone screen"] == assess([Group("blue", 9, 25), Group("red", 18, 30)])


@pytest.mark.parametrize("changed", [{"blue-29": "red"}, {"blue-29": ""}, {f"blue-{number}": "red" for number in range(4)}])
def test_a_list_that_groups_few_people_otherwise_is_refused(hiring: HiringRound, changed: dict[str, str]) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    with pytest.raises(Invalid, match="groups fewer than 5 people otherwise than the one that is held"):
        groups.bring_in(hiring, groups.listed(changed), seen=1)
    with pytest.raises(Invalid, match="groups fewer than 5 people otherwise"):
        groups.bring_in(hiring, groups.listed(changed, column="colour").replace(",red\n", ",rouge\n"), seen=1)
    with hiring.database.reading() as session:
        assert sorted(set(session.scalars(select(Demographic.group)))) == ["blue", "red"]
    groups.bring_in(hiring, groups.listed({f"blue-{number}": "green" for number in range(5)}), seen=1)


def test_deleting_the_groups_first_is_no_way_around(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    before = shown(hiring)
    with hiring.database.transaction() as session:
        demographics.forget(session, viewer_of(session, hiring.people["ivo"]), hiring.opening, seen=1)
    assert shown(hiring) == {}
    groups.bring_in(hiring, groups.listed({"blue-29": ""}), seen=2)
    assert shown(hiring) == before


def test_two_columns_that_differ_in_few_people_are_not_both_shown(hiring: HiringRound) -> None:
    groups.build(hiring)
    listed = "reference,one,two\n"
    for group in groups.GROUPS:
        for reference in groups.references(group):
            listed += f"{reference},{group},{'red' if reference == 'blue-29' else group}\n"
    groups.bring_in(hiring, listed)
    found = shown(hiring)
    assert found["one", "Phone screen"] == ROUND["Phone screen"]
    hidden = found["two", "Phone screen"]
    assert [(figure.group, figure.suppressed, figure.total) for figure in hidden] == [("blue", True, None), ("red", True, None)]
    assert "beside the same people in other groups" in hidden[0].reason


def test_no_count_of_a_small_group_is_kept(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed({f"blue-{number}": "green" for number in range(3)}))
    with hiring.database.reading() as session:
        kept = [counts for row in session.scalars(select(ImpactFigure)) for counts in row.content["groups"]]
    assert kept
    assert all(total >= 5 for _, _, total in kept)
    assert not [name for name, _, _ in kept if name == "green"]


def test_the_page_says_as_of_when_and_is_brought_up_to_date_by_a_button(site: Site, hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    take_back(hiring, *(f"blue-{number}" for number in range(20, 30)))
    ivo, path = site.signed_in(hiring.people["ivo"]), f"/openings/{hiring.opening}/impact"
    page = ivo.get(path).text
    assert "9 of 30" in page
    assert "As of <time" in page
    assert "9 of 20" not in ivo.get(path).text
    assert form_at(ivo, path, f"{path}/refresh").send(ivo).status_code == 303
    assert "9 of 20" in ivo.get(path).text
