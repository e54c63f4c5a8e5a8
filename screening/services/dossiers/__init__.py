"""The decision dossier: the whole record of one candidate in one opening, gathered in a fixed number of statements.

One record has one dossier, whoever makes it: nothing in it depends on the viewer. So it is only for those who may see all of it.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import numpy as np
from sqlalchemy.orm import Session

from reports.comparison import Comparison
from reports.dossier import document, numbers
from reports.dossier.sealing import digest_of
from reports.sureness import ranges, ranked_by
from rubrics.combining import TIE, Combined, Ratings
from screening.errors import Invalid
from screening.models import Application, Opening
from screening.policy import Action, Sight, Viewer, require_open, sight
from screening.services import candidates, results
from screening.services.comparison import as_seen
from screening.services.dossiers import events, rows
from screening.services.events import record
from screening.services.lookup import as_of, by_public_id
from screening.services.reporting import EVERYTHING

SOFTWARE = document.Software("Screening", version("screening"))


def gather(session: Session, viewer: Viewer, application_id: str, *, organisation: str) -> document.Dossier:
    """The dossier.

    Raises `Invalid` for whoever may make dossiers here and yet not see all that would be in it.
    """
    application = by_public_id(session, Application, application_id)
    require_open(session, viewer, Action.MAKE_DOSSIER, application)
    opening = session.get_one(Opening, application.opening_id)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    if not seen.names:
        raise Invalid(
            "A dossier names who gave which rating, and in this opening its hiring managers do not see that. You are one of them: "
            "a recruiter who is not can make it."
        )
    if seen.blind or seen.own:
        raise Invalid(
            "A dossier says where the candidate stands among all of the opening, and not all of them are open to you. Submit the "
            "scorecards that you still owe, if there are any; otherwise another recruiter has to make it."
        )
    return _gathered(session, application, opening, seen, organisation)


def gather_for_command(session: Session, application_id: str, *, organisation: str) -> document.Dossier:
    """The same for whoever has the database itself."""
    application = by_public_id(session, Application, application_id)
    return _gathered(session, application, session.get_one(Opening, application.opening_id), EVERYTHING, organisation)


def note_made(session: Session, actor_id: int | None, dossier: document.Dossier, kind: str) -> None:
    """Record who took which dossier out. The digest stands in the record, so that it can be told later what was handed out."""
    application = by_public_id(session, Application, dossier.candidate.id)
    opening_id = application.opening_id
    record(session, actor_id, "dossier_made", opening_id=opening_id, application_id=application.id, kind=kind, digest=digest_of(dossier))


def _gathered(session: Session, application: Application, opening: Opening, seen: Sight, organisation: str) -> document.Dossier:
    found = results.of(session, opening, seen)
    if found is None:
        raise Invalid("There is no dossier yet: publish the rubric first.")
    written = rows.read(session, application, opening)
    happened = events.read(session, application)
    people = rows.people(session, written, happened)
    cards, finals = rows.cards(written, people), rows.finals(written, people)
    decisions = rows.decisions(written, people)
    versions = {found.published.number, *(card.rubric for card in rows.submitted(cards)), *(decision.rubric for decision in decisions)}
    rubrics = rows.rubrics(written, people, versions)
    told = events.told(happened, people, application, rubrics)
    return document.Dossier(
        format=document.FORMAT,
        version=document.VERSION,
        edition=document.EDITION,
        software=SOFTWARE,
        organisation=organisation,
        as_of=max([as_of(session, opening, seen), *(event.at for event in told)]),
        opening=_opening(opening),
        candidate=_candidate(application),
        rubrics=rubrics,
        cards=cards,
        finals=finals,
        voids=rows.voids(written, people),
        result=_result(session, found, opening, application, cards, finals, as_seen(opening, found, seen)),
        decisions=decisions,
        events=told,
        left_out=document.LEFT_OUT,
    )


def _opening(row: Opening) -> document.Opening:
    return document.Opening(
        id=row.public_id,
        title=row.title,
        department=row.department,
        location=row.location,
        state=row.state,  # type: ignore[arg-type]
        created_at=row.created_at,
        finals_count=row.finals_count,
        ranks_adjusted=row.ranks_adjusted,
        managers_see_names=row.manager_sees_names,
    )


def _candidate(row: Application) -> document.Candidate:
    return document.Candidate(
        id=row.public_id,
        name=row.candidate.name,
        reference=row.reference,
        source=row.source,
        notes=row.notes,
        stage=row.stage,
        added_at=row.created_at,
        facts=candidates.facts_of(row),
    )


def _result(
    session: Session,
    found: results.Results,
    opening: Opening,
    application: Application,
    cards: tuple[document.Card, ...],
    finals: tuple[document.FinalRating, ...],
    comparison: Comparison,
) -> document.Result:
    rubric, facts = found.published.rubric, candidates.facts_of(application)
    row = found.place[application.id]
    independent = numbers.total(rubric, numbers.counting_levels(cards), facts, found.void)
    final = None
    if any(not one.ended for one in finals):
        final = numbers.total(rubric, numbers.counting_levels(cards, finals), facts, found.void)
        final = _as_shown(final, found.combined_from(_with_finals(session, opening, found)), row)
    return document.Result(
        rubric=found.published.number,
        counted="final" if opening.finals_count and final is not None else "independent",
        independent=_as_shown(independent, found.combined_from(found.independent), row),
        final=final,
        cards=sum(bool(card.versions) for card in cards),
        cards_expected=sum(card.withdrawn_at is None for card in cards),
        recommendations=numbers.recommendations(cards),
        standing=_standing(comparison, application),
    )


def _with_finals(session: Session, opening: Opening, found: results.Results) -> Ratings:
    if opening.finals_count:
        return found.ratings
    return results.with_finals(session, opening.id, found.independent, found.place, found.interviewers, found.published.rubric.keys)[0]


def _as_shown(total: document.Total, combined: Combined, row: int) -> document.Total:
    """The same to the last digit as on every page, where all candidates are calculated at once.

    A record that gives anything else must never leave the house.
    """
    shown = [float(values[row]) for values in (combined.score, combined.coverage, combined.spread)]
    mine = [np.nan if value is None else value for value in (total.total, total.coverage, total.spread)]
    if not np.allclose(mine, shown, rtol=0, atol=TIE, equal_nan=True):
        raise RuntimeError("a candidate's record does not give the total that the comparison shows: the database was changed from outside")
    score, coverage, spread = (None if np.isnan(value) else value for value in shown)
    return replace(total, total=score, coverage=coverage or 0.0, spread=spread)


def _standing(comparison: Comparison, application: Application) -> document.Standing:
    index = next(place for place, entrant in enumerate(comparison.entrants) if entrant.id == application.public_id)
    row = comparison.rows(np.array([index]), [])[0]
    standing = comparison.standing
    return document.Standing(
        rank=row.rank,
        tied=row.tied,
        ranked=comparison.ranked,
        candidates=len(comparison),
        incomplete=row.incomplete,
        by_adjusted=standing.by_adjusted,
        adjusted=row.score if standing.by_adjusted else row.other,
        low=row.low,
        high=row.high,
        sureness=f"{ranked_by(standing)} {ranges(standing)}",
    )
