"""The demonstration: what is in it, that it is told in order, that the same seed tells the same, and that nobody sees too much."""

from __future__ import annotations

import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from rubrics import library
from screening import clock
from screening.database import Database
from screening.demo.build import TEMPLATES, build
from screening.demo.evidence import bank
from screening.demo.groups import SAID, UNSAID
from screening.demo.people import APPLICANTS, EARLIER, STAFF
from screening.errors import NotFound
from screening.models import (
    Account,
    Application,
    Candidate,
    Decision,
    Demographic,
    Event,
    FinalRating,
    Interview,
    Opening,
    Rating,
    Revision,
    Scorecard,
)
from screening.paths import template_root
from screening.policy import Viewer, sight, viewer_for
from screening.services import comparison, dashboard, debriefs, impact, interviews, people, profiles, queue, reporting, rubrics, voids
from tests.support.hiring_round import fresh_number
from tests.support.keys import KEY

pytestmark = pytest.mark.xdist_group("demo")

WEDNESDAY = datetime(2025, 3, 19, 14, 20, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2025, 3, 23, 0, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Demo:
    database: Database
    now: datetime

    def viewer(self, session: Session, name: str) -> Viewer:
        return viewer_for(session, session.scalars(select(Account).where(Account.name == name)).one())

    def opening(self, session: Session, title: str = "Customer service representative") -> Opening:
        return session.scalars(select(Opening).where(Opening.title == title)).one()

    def ratings(self) -> Sequence[Row[Any]]:
        """Every rating of every revision, in the order in which it was written."""
        with self.database.reading() as session:
            return session.execute(
                select(
                    Opening.title.label("opening"),
                    Candidate.name.label("candidate"),
                    Interview.stage,
                    Account.name.label("interviewer"),
                    Revision.number,
                    Revision.counts,
                    Revision.submitted_at,
                    Revision.recommendation,
                    Revision.reason,
                    Rating.criterion,
                    Rating.level,
                    Rating.not_assessed,
                    Rating.note,
                )
                .select_from(Rating)
                .join(Revision, Rating.revision_id == Revision.id)
                .join(Scorecard, Revision.scorecard_id == Scorecard.id)
                .join(Account, Scorecard.interviewer_id == Account.id)
                .join(Interview, Scorecard.interview_id == Interview.id)
                .join(Application, Interview.application_id == Application.id)
                .join(Candidate, Application.candidate_id == Candidate.id)
                .join(Opening, Application.opening_id == Opening.id)
                .order_by(Revision.id, Rating.criterion)
            ).all()


@pytest.fixture(scope="module")
def make_demo(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    databases = []

    def make(now: datetime, seed: int = 1) -> Demo:
        path = tmp_path_factory.mktemp("demo") / f"{fresh_number()}.sqlite3"
        shutil.copy(migrated_file, path)
        databases.append(Database(f"sqlite:///{path}", secrets=(KEY,)))
        build(databases[-1], seed=seed, now=now)
        return Demo(databases[-1], now)

    yield make
    for database in databases:
        database.close()


@pytest.fixture(scope="module")
def shared_demo(make_demo: Any) -> Demo:
    demo: Demo = make_demo(WEDNESDAY)
    return demo


@pytest.fixture
def demo(shared_demo: Demo) -> Iterator[Demo]:
    """The demonstration, looked at on the day it was made for. Nothing may be changed in it."""
    with clock.set_back(WEDNESDAY):
        yield shared_demo


@pytest.fixture(scope="module")
def other_demo(make_demo: Any) -> Demo:
    demo: Demo = make_demo(SUNDAY_NIGHT, seed=2)
    return demo


def test_three_openings_one_in_each_state(demo: Demo) -> None:
    with demo.database.reading() as session:
        found = {
            row.title: (
                row.state,
                session.query(Application).filter_by(opening_id=row.id).count(),
                [version.number for version in rubrics.versions(session, demo.viewer(session, "Ingrid Solberg"), row.public_id)[1]],
            )
            for row in session.scalars(select(Opening))
        }
    assert found == {
        "Contact centre agent": ("closed", 5, [1]),
        "Customer service representative": ("open", 24, [2, 1]),
        "Technical support specialist": ("draft", 0, []),
    }


def test_everybody_is_there_with_their_hats(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening = demo.opening(session)
        hats = {
            who.name: tuple(sorted(demo.viewer(session, who.name).hats.get(opening.id, ()))) for who in session.scalars(select(Account))
        }
        administrators = session.scalars(select(Account.name).where(Account.is_administrator)).all()
    assert hats == {
        "Mei Tanaka": (),
        "Ingrid Solberg": ("recruiter",),
        "Tomás Rivera": ("hiring_manager",),
        "Priya Raman": ("hiring_manager", "interviewer"),
        "Noor Bakker": ("calibration_lead",),
        "Leila Haddad": ("impact_analyst",),
        **dict.fromkeys(("Henrik Dahl", "Rosa Delgado", "Kwame Mensah", "Eleanor Whitfield", "Daniel Novák"), ("interviewer",)),
    }
    assert administrators == ["Mei Tanaka"]


def test_no_address_can_be_written_to(demo: Demo) -> None:
    with demo.database.reading() as session:
        addresses = [*session.scalars(select(Account.email)), *session.scalars(select(Candidate.email))]
    assert len(set(addresses)) == len(STAFF) + len({person.key for person in (*APPLICANTS, *EARLIER)})
    assert [address for address in addresses if not address.endswith("@demo.invalid")] == []


def test_the_round_is_half_way_through(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening = demo.opening(session)
        rows = session.execute(
            select(Interview.stage, Application.id, Scorecard.submitted_at)
            .join(Interview, Scorecard.interview_id == Interview.id)
            .join(Application, Interview.application_id == Application.id)
            .where(Application.opening_id == opening.id, Scorecard.withdrawn_at.is_(None))
        ).all()
        planned, done = defaultdict(set), Counter()
        for stage, application, submitted in rows:
            planned[stage].add(application)
            done[stage] += submitted is not None
        kinds = Counter(session.scalars(select(Decision.kind).join(Application).where(Application.opening_id == opening.id)))
        undone = session.scalars(select(Decision.undone_reason).where(Decision.undone_at.is_not(None))).all()
    assert {stage: (len(found), done[stage]) for stage, found in planned.items()} == {
        "phone_screen": (23, 21),
        "role_play": (16, 27),
        "panel": (6, 12),
    }
    assert kinds == {"advance": 22, "hold": 3, "reject": 4, "offer": 1}
    assert undone == ["I had read only the first of the two cards. Side by side this is closer than I made it; I want to look again."]


def test_everything_happened_in_order_and_nothing_after_now(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        with told.database.reading() as session:
            times = list(session.scalars(select(Event.at).order_by(Event.id)))
            submitted = session.execute(
                select(Interview.scheduled_at, Scorecard.submitted_at)
                .join(Interview, Scorecard.interview_id == Interview.id)
                .where(Scorecard.submitted_at.is_not(None))
            ).all()
            ahead = session.scalars(select(Interview.scheduled_at).where(Interview.scheduled_at > told.now)).all()
        assert times == sorted(times)
        assert told.now - times[-1] < timedelta(hours=1)
        assert len(ahead) == 3
        midnight = told.now.replace(hour=0, minute=0)
        assert [pair for pair in submitted if pair[0] > pair[1] and pair[0] != midnight] == []


def test_interviews_are_on_working_days_or_today(other_demo: Demo) -> None:
    with other_demo.database.reading() as session:
        days = {moment.date() for moment in session.scalars(select(Interview.scheduled_at)) if moment}
    assert {day for day in days if day.weekday() >= 5} == {SUNDAY_NIGHT.date()}


def test_the_same_seed_tells_the_same_and_another_does_not(make_demo: Any, demo: Demo, other_demo: Demo) -> None:
    again: Demo = make_demo(WEDNESDAY)
    assert again.ratings() == demo.ratings()
    timeless = [[row[:5] + row[7:] for row in told.ratings()] for told in (demo, other_demo)]
    assert len(timeless[0]) == len(timeless[1])
    assert timeless[0] != timeless[1]


def _residuals(told: Demo) -> dict[str, float]:
    """By how much each interviewer's levels lie above those of the others who rated the same thing at the same interview."""
    cells = defaultdict(dict)
    for row in told.ratings():
        if row.counts and row.level is not None:
            cells[row.opening, row.candidate, row.stage, row.criterion][row.interviewer] = row.level
    found = defaultdict(list)
    for levels in cells.values():
        for who, level in levels.items():
            others = [other for name, other in levels.items() if name != who]
            if others:
                found[who].append(level - fmean(others))
    return {who: fmean(values) for who, values in found.items()}


def test_each_interviewer_has_a_habit_that_shows(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        above = _residuals(told)
        assert above["Henrik Dahl"] < -0.4
        assert above["Rosa Delgado"] > 0.3
        assert abs(above["Priya Raman"]) < 0.35
        levels, lengths = defaultdict(Counter), defaultdict(list)
        for row in told.ratings():
            levels[row.interviewer][row.level] += 1
            if row.note:
                lengths[row.interviewer].append(len(row.note))
        assert [who for who, given in levels.items() if not given[5]] == ["Kwame Mensah"]
        assert levels["Kwame Mensah"][4] > 10
        assert fmean(lengths["Eleanor Whitfield"]) > 1.6 * max(fmean(found) for who, found in lengths.items() if who != "Eleanor Whitfield")
        with clock.set_back(told.now), told.database.reading() as session:
            viewer = told.viewer(session, "Ingrid Solberg")
            opening = told.opening(session)
            missing = interviews.missing_cards(session, opening.id, sight(session, viewer, opening.id))
            late = Counter(card.interviewer for card in missing if card.is_due)
        assert late == {"Daniel Novák": 5, "Henrik Dahl": 1, "Priya Raman": 1}


def test_notes_are_never_said_twice_of_one_candidate(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        notes = Counter()
        for row in told.ratings():
            if row.note and (row.number == 1 or row.note not in {other for _, other in notes}):
                notes[row.candidate, row.note] += 1
        assert [note for note, count in notes.items() if count > 1] == []
        assert len({note for _, note in notes}) > 250
        assert sum(not row.note for row in told.ratings()) < 0.1 * len(told.ratings())


def test_recommendations_follow_the_levels(demo: Demo) -> None:
    means = defaultdict(list)
    cards = defaultdict(list)
    for row in demo.ratings():
        if row.level is not None and row.counts:
            cards[row.opening, row.candidate, row.stage, row.interviewer, row.recommendation, row.reason].append(row.level)
    for (*_, recommendation, reason), levels in cards.items():
        means[recommendation].append(fmean(levels))
        assert reason.endswith(".")
        assert "{" not in reason
    ordered = [fmean(means[value]) for value in ("strong_no", "no", "yes", "strong_yes")]
    assert ordered == sorted(ordered)


def test_cards_that_were_amended_before_and_after_the_panel_was_open(demo: Demo) -> None:
    with demo.database.reading() as session:
        found = session.execute(
            select(Candidate.name, Account.name, Revision.number, Revision.counts, Revision.after_reveal, Scorecard.exposed)
            .select_from(Revision)
            .join(Scorecard, Revision.scorecard_id == Scorecard.id)
            .join(Account, Scorecard.interviewer_id == Account.id)
            .join(Interview, Scorecard.interview_id == Interview.id)
            .join(Application, Interview.application_id == Application.id)
            .join(Candidate, Application.candidate_id == Candidate.id)
            .where((Revision.number > 1) | Scorecard.exposed)
            .order_by(Candidate.name)
        ).all()
    assert found == [
        ("Gabriela Peña", "Henrik Dahl", 2, False, True, False),
        ("Hannah Goldberg", "Eleanor Whitfield", 2, True, False, False),
        ("Mehmet Yıldırım", "Priya Raman", 1, False, True, True),
    ]


def test_there_is_something_to_talk_about(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        with told.database.reading() as session:
            opening = told.opening(session)
            _, compared = comparison.compare(session, told.viewer(session, "Tomás Rivera"), opening.public_id)
        combined, names = compared.combined, [entrant.name for entrant in compared.entrants]
        key = list(compared.rubric.keys).index
        assert combined.below_minimum[names.index("Jakob Sørensen"), key("composure")]
        assert combined.below_minimum.any(axis=1).sum() >= 4
        for name in ("Mehmet Yıldırım", "Nguyễn Thị Lan", "Gabriela Peña"):
            assert combined.disagreement[names.index(name), key("conflict_resolution")], name
        incomplete = [names[row] for row in np.flatnonzero(combined.missing.any(axis=1) & (combined.coverage >= 0.8))]
        assert incomplete == ["Isabelle Lefèvre"]
        assert combined.complete.sum() == 13
        assert compared.older.sum() > 10
        reasons = {row.not_assessed for row in told.ratings() if row.opening == opening.title}
        assert reasons == {"", "no_time", "not_asked", "not_applicable", "candidate_declined", "other"}


def _clock(at: datetime | None) -> str:
    return at.strftime("%d %H:%M") if at else ""


def test_the_debrief_about_gabriela_left_a_record(demo: Demo, other_demo: Demo) -> None:
    with demo.database.reading() as session:
        given = session.execute(
            select(Candidate.name, Account.name, FinalRating.criterion, FinalRating.level, FinalRating.given_at, FinalRating.replaced_at)
            .join(Application, FinalRating.application_id == Application.id)
            .join(Candidate, Application.candidate_id == Candidate.id)
            .join(Account, FinalRating.account_id == Account.id)
            .order_by(FinalRating.id)
        ).all()
    assert [(*row[:4], _clock(row[4]), _clock(row[5])) for row in given] == [
        ("Gabriela Peña", "Henrik Dahl", "conflict_resolution", 3, "17 13:12", ""),
        ("Gabriela Peña", "Rosa Delgado", "empathy", 4, "17 13:21", "17 13:33"),
        ("Gabriela Peña", "Henrik Dahl", "written_communication", 4, "17 13:26", "17 13:41"),
        ("Gabriela Peña", "Henrik Dahl", "written_communication", 3, "17 13:41", ""),
    ]
    for told in (demo, other_demo):
        with clock.set_back(told.now), told.database.reading() as session:
            application = session.scalars(select(Application).join(Candidate).where(Candidate.name == "Gabriela Peña")).one()
            debrief = debriefs.of(session, told.viewer(session, "Tomás Rivera"), application.public_id)
        apart = {point.key: (point.low, point.high) for point in debrief.points}
        assert {key: apart[key] for key in ("empathy", "conflict_resolution", "written_communication")} == {
            "empathy": (3.0, 5.0),
            "conflict_resolution": (2.0, 4.0),
            "written_communication": (2.0, 4.0),
        }
        assert debrief.totals is not None
        assert debrief.totals.difference is not None
        # Two levels up: 9 and 10 points of the 94 that were assessed, each shared with Rosa.
        assert debrief.totals.difference == pytest.approx((9 + 10) / 2 / 94)


def test_one_question_is_void_and_a_criterion_was_counted_again(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening = demo.opening(session)
        page = voids.page(session, demo.viewer(session, "Ingrid Solberg"), opening.public_id)
        _, compared = comparison.compare(session, demo.viewer(session, "Ingrid Solberg"), opening.public_id)
    assert [
        (entry.part.name, entry.part.question[:31], _clock(entry.when), _clock(entry.undone_at), entry.undone_by, entry.undone_reason)
        for entry in page.record
    ] == [
        (
            "Patience",
            "",
            "17 10:05",
            "17 15:25",
            "Ingrid Solberg",
            "Asked all who play the customer: it was one talk in nine. It counts again, and the customer gives in later.",
        ),
        ("Empathy", "A caller to a holiday company a", "14 10:05", "", "", ""),
    ]
    assert all(entry.in_force and entry.who == "Ingrid Solberg" and entry.reason.endswith(".") for entry in page.record)
    assert not compared.void


def test_profiles_say_who_is_strict_and_who_lenient(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        with clock.set_back(told.now), told.database.reading() as session:
            opening = told.opening(session)
            found = profiles.calibration(session, told.viewer(session, "Noor Bakker"), opening.public_id)
            henrik = profiles.own(session, told.viewer(session, "Henrik Dahl"), opening.public_id)
        assert [(rater.name, rater.profile.shared, rater.profile.leniency and rater.profile.leniency.word) for rater in found.raters] == [
            ("Daniel Novák", 5, None),
            ("Eleanor Whitfield", 8, ""),
            ("Henrik Dahl", 8, "strict"),
            ("Kwame Mensah", 9, ""),
            ("Priya Raman", 8, ""),
            ("Rosa Delgado", 10, "lenient"),
        ]
        assert (henrik.profile.shared, henrik.closed) == (8, 3)
        assert henrik.profile.leniency is not None
        assert henrik.profile.leniency.word == "strict"


def test_what_candidates_said_of_themselves(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening = demo.opening(session)
        report = impact.report(session, demo.viewer(session, "Leila Haddad"), opening.public_id)
        held = Counter((row.attribute, row.group) for row in session.scalars(select(Demographic)))
        for name in ("Mei Tanaka", "Ingrid Solberg", "Noor Bakker", "Priya Raman"):
            with pytest.raises(NotFound):
                impact.report(session, demo.viewer(session, name), opening.public_id)
    assert held == {
        ("Sex", "Women"): 12,
        ("Sex", "Men"): 9,
        ("Age group", "Under 30"): 8,
        ("Age group", "30 to 44"): 7,
        ("Age group", "45 and over"): 6,
    }
    assert {applicant.key for applicant in APPLICANTS} - set(SAID) == {"grace.kim", "chioma.nwosu"}
    assert sum(UNSAID in said for said in SAID.values()) == 2
    assert (report.who, _clock(report.when)) == ("Leila Haddad", "18 15:10")
    shown = {
        (attribute.name, table.title): {figures.group: (figures.selected, figures.total) for figures in table.figures}
        for attribute in report.attributes
        for table in attribute.tables
        if not all(figures.suppressed for figures in table.figures)
    }
    assert shown == {
        ("Age group", "Telephone screen"): {"30 to 44": (5, 6), "45 and over": (4, 5), "Under 30": (6, 6)},
        ("Age group", "By total score"): {"30 to 44": (3, 5), "45 and over": (None, None), "Under 30": (None, None)},
        ("Sex", "Telephone screen"): {"Men": (6, 8), "Women": (9, 9)},
        ("Sex", "By total score"): {"Men": (1, 6), "Women": (4, 6)},
    }


def test_the_sign_in_page_says_what_each_can_try(demo: Demo) -> None:
    with demo.database.reading() as session:
        offered = {person.name: (person.hat, person.can) for person in people.demo_people(session)}
    assert list(offered)[-3:] == ["Noor Bakker", "Leila Haddad", "Mei Tanaka"]
    assert [offered[name] for name in ("Noor Bakker", "Leila Haddad", "Mei Tanaka")] == [
        ("Calibration lead", "Customer service representative: how interviewers rate"),
        ("Impact analyst", "Customer service representative: figures about groups"),
        ("Administrator", "People, and what each may do"),
    ]


def test_histories_differ_and_some_facts_are_not_recorded() -> None:
    facts = [applicant.facts for applicant in APPLICANTS]
    assert {fact.relatedness for fact in facts} == {"same", "related", "other", None}
    assert {fact.education for fact in facts} >= {
        "none",
        "high_school",
        "certificate",
        "some_college",
        "associate",
        "bachelor",
        "master",
        None,
    }
    assert sum(fact.months is None for fact in facts) == 2
    assert len({fact.months for fact in facts}) > 18


def test_every_interviewer_finds_something_to_do_and_one_of_everything(demo: Demo, other_demo: Demo) -> None:
    for told in (demo, other_demo):
        with clock.set_back(told.now), told.database.reading() as session:
            groups = {
                colleague.name: Counter(card.group for card in queue.mine(session, told.viewer(session, colleague.name)))
                for colleague in STAFF
                if "interviewer" in colleague.hats
            }
        assert groups["Daniel Novák"] == {"overdue": 3, "due": 1, "drafts": 1, "upcoming": 1, "done": 6}
        for name, found in groups.items():
            assert found["done"] >= 6, name
            assert sum(found.values()) > found["done"], name


def test_the_hiring_manager_has_candidates_to_decide_on_and_the_recruiter_cards_to_ask_for(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening = demo.opening(session)
        board = dashboard.of(session, demo.viewer(session, "Tomás Rivera"), opening.public_id)
        own = dashboard.of(session, demo.viewer(session, "Ingrid Solberg"), opening.public_id)
    assert [(ready.candidate, ready.stage) for ready in board.ready] == [
        ("Oluwaṣeun Adébáyọ̀", "Panel interview"),
        ("Siobhán O’Rourke", "Role-play and written reply"),
        ("Mehmet Yıldırım", "Role-play and written reply"),
        ("Isabelle Lefèvre", "Role-play and written reply"),
        ("Gabriela Peña", "Role-play and written reply"),
        ("Hannah Goldberg", "Telephone screen"),
        ("Chiọma Nwosu", "Telephone screen"),
    ]
    assert own.due == 7
    assert sum(card.reminded_at is not None for card in own.missing) == 4


def test_whoever_owes_a_card_sees_nothing_of_that_candidate(demo: Demo) -> None:
    with demo.database.reading() as session:
        opening, priya = demo.opening(session), demo.viewer(session, "Priya Raman")
        _, compared = comparison.compare(session, priya, opening.public_id)
        rows = {row.name: row for row in compared.rows(np.arange(len(compared)), range(len(compared.rubric.criteria)))}
        _, cards = comparison.ratings(session, priya, opening.public_id)
        closed = session.scalars(select(Application).join(Candidate).where(Candidate.name == "Kateřina Dvořáková")).one()
        with pytest.raises(NotFound):
            reporting.summary(session, priya, closed.public_id, organisation="Tidemark")
        with pytest.raises(NotFound):
            comparison.compare(session, demo.viewer(session, "Daniel Novák"), opening.public_id)
        _, everything = comparison.ratings(session, demo.viewer(session, "Tomás Rivera"), opening.public_id)
    assert [name for name, row in rows.items() if row.hidden] == ["Kateřina Dvořáková"]
    hidden = rows["Kateřina Dvořáková"]
    assert (hidden.score, hidden.rank, hidden.cards, hidden.cards_expected, hidden.decision) == (None, None, 0, 0, "")
    assert {card.candidate for card in everything} - {card.candidate for card in cards} == {"Kateřina Dvořáková"}


def test_every_text_can_be_drawn_with_our_fonts(demo: Demo) -> None:
    texts = {text for row in demo.ratings() for text in (row.candidate, row.interviewer, row.reason, row.note)}
    with demo.database.reading() as session:
        texts |= {*session.scalars(select(Decision.reason)), *session.scalars(select(Application.notes))}
    letters = {ord(letter) for letter in "".join(texts)} - {ord("\n")}
    for weight in ("Regular", "SemiBold"):
        drawn = TTFont(template_root() / "static" / "fonts" / f"Inter-{weight}.woff2").getBestCmap()
        assert {chr(letter) for letter in letters if letter not in drawn} == set()


def test_there_are_words_for_every_level_of_every_criterion_that_is_asked() -> None:
    asked = {
        key: stage.key
        for name in ("service", "spring")
        for stage in library.templates()[TEMPLATES[name]].rubric.stages
        for key in stage.criteria
    }
    assert len(asked) >= 12
    for criterion, stage in asked.items():
        words = bank(criterion)
        for level in (1, 2, 3, 4, 5):
            sentences = words.sentences(level, watched=stage in ("role_play", "practice_call"))
            assert len(sentences) >= 2
            assert all(sentence.format(case="x", Case="X").endswith((".", "”", "?")) for sentence in sentences)


def test_the_clock_is_set_back_for_this_thread_alone_and_never_forward() -> None:
    seen = []
    with clock.set_back(WEDNESDAY):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        assert clock.now() == WEDNESDAY
    assert seen[0] > WEDNESDAY
    with pytest.raises(RuntimeError), clock.set_back(WEDNESDAY):
        raise RuntimeError
    assert clock.now() > WEDNESDAY
    with pytest.raises(ValueError, match="still to come"), clock.set_back(clock.now() + timedelta(hours=1)):
        pass
