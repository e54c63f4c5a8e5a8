"""Breaks what keeps people apart in small ways, one at a time, and says which of them the tests notice: `python -m bench.mutations [WORD]`.

Each change is made in a copy of the checkout; the tests about access and blindness run there, on SQLite, until the first that fails.
A change that none notices is a hole in the tests. With WORD only the changes whose description holds it. Exits with 1 below 95 in 100.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.95
TESTS = (
    *("tests/house_rules/test_access.py", "tests/screening/test_blindness.py", "tests/screening/test_team.py"),
    *("tests/screening/test_round.py", "tests/screening/test_debriefs.py", "tests/screening/test_profiles.py"),
    *("tests/screening/test_impact_report.py", "tests/screening/test_jobs.py", "tests/screening/test_editions.py"),
    *("tests/screening/test_as_of.py", "tests/screening/test_side_by_side.py", "tests/screening/test_privacy_pages.py"),
    *("tests/screening/test_closed_panel.py", "tests/screening/test_first_version.py", "tests/screening/test_audit_log.py"),
)


class Change(NamedTuple):
    """`old`, which stands once in all of `FILES`, becomes `new`."""

    says: str
    old: str
    new: str


FILES = ("screening/policy/rules.py", "screening/policy/seeing.py", "screening/services/exposure.py")


CHANGES = (
    Change(
        "anybody may manage people",
        "Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR})",
        "Action.MANAGE_PEOPLE: frozenset({Role.SIGNED_IN})",
    ),
    Change(
        "anybody may create openings",
        "Action.CREATE_OPENING: frozenset({Role.OPENER, Role.ADMINISTRATOR})",
        "Action.CREATE_OPENING: frozenset({Role.SIGNED_IN})",
    ),
    Change("anybody sees openings", "Action.SEE_OPENING: _TEAM |", "Action.SEE_OPENING: _TEAM | {Role.SIGNED_IN} |"),
    Change("managers edit the rubric", "Action.EDIT_RUBRIC: frozenset({Role.RECRUITER})", "Action.EDIT_RUBRIC: LEADS"),
    Change("interviewers edit the opening", "Action.EDIT_OPENING: frozenset({Role.RECRUITER})", "Action.EDIT_OPENING: _TEAM"),
    Change("administrators see candidates", "Action.SEE_CANDIDATE: _TEAM", "Action.SEE_CANDIDATE: _TEAM | {Role.ADMINISTRATOR}"),
    Change("interviewers compare", "Action.COMPARE: LEADS", "Action.COMPARE: _TEAM"),
    Change("interviewers take ratings out", "Action.EXPORT_RATINGS: LEADS", "Action.EXPORT_RATINGS: _TEAM"),
    Change("interviewers decide", "Action.DECIDE: LEADS", "Action.DECIDE: _TEAM"),
    Change("interviewers get summaries", "Action.SEE_SUMMARY: LEADS", "Action.SEE_SUMMARY: _TEAM"),
    Change("managers make records copies", "Action.COPY_FOR_OTHERS: frozenset({Role.RECRUITER})", "Action.COPY_FOR_OTHERS: LEADS"),
    Change("managers make dossiers", "Action.MAKE_DOSSIER: frozenset({Role.RECRUITER})", "Action.MAKE_DOSSIER: LEADS"),
    Change("managers plan interviews", "Action.PLAN_INTERVIEWS: frozenset({Role.RECRUITER})", "Action.PLAN_INTERVIEWS: LEADS"),
    Change("managers strike out", "Action.VOID: frozenset({Role.RECRUITER})", "Action.VOID: LEADS"),
    Change(
        "recruiters see groups",
        "Action.SEE_IMPACT: frozenset({Role.IMPACT_ANALYST})",
        "Action.SEE_IMPACT: frozenset({Role.IMPACT_ANALYST, Role.RECRUITER})",
    ),
    Change(
        "recruiters see all profiles",
        "Action.CALIBRATE: frozenset({Role.CALIBRATION_LEAD})",
        "Action.CALIBRATE: LEADS | {Role.CALIBRATION_LEAD}",
    ),
    Change(
        "hats count in every opening",
        "held.update(Role(hat) for hat in self.hats.get(opening_id, ()))",
        "held.update(Role(hat) for worn in self.hats.values() for hat in worn)",
    ),
    Change("who decides sees groups too", "if not held.isdisjoint(_TEAM):", "if False:"),
    Change(
        "hats of all openings are one",
        "hats.setdefault(opening_id, set()).add(Hat(hat))",
        "hats.setdefault(min(hats, default=opening_id), set()).add(Hat(hat))",
    ),
    Change(
        "nothing is refused",
        "    if not allows(viewer, action, opening_id):\n        raise NotFound",
        "    if not allows(viewer, action, opening_id):\n        pass",
    ),
    Change(
        "what is refused shows that it is there",
        "    if not allows(viewer, action, opening_id):\n        raise NotFound",
        "    if not allows(viewer, action, opening_id):\n        raise PermissionError",
    ),
    Change("one's own record is known", "return application_id not in self.own and (", "return ("),
    Change("interviewers know everybody", "(self.whole or application_id in self.assigned)", "True"),
    Change("leads know only their own", "(self.whole or application_id in self.assigned)", "(application_id in self.assigned)"),
    Change("blind people see", "self.knows(application_id) and application_id not in self.blind", "self.knows(application_id)"),
    Change(
        "nobody is blind", "for here, _, submitted_at in cards if submitted_at is None)", "for here, _, submitted_at in cards if False)"
    ),
    Change(
        "who has submitted is blind",
        "for here, _, submitted_at in cards if submitted_at is None)",
        "for here, _, submitted_at in cards if submitted_at is not None)",
    ),
    Change("closed panels open", "blind=owed if panel_open else owed | assigned,", "blind=owed,"),
    Change("all panels are closed", "blind=owed if panel_open else owed | assigned,", "blind=owed | assigned,"),
    Change("panels are closed to leads", "closed_panels or not LEADS.isdisjoint(viewer.roles(opening_id))", "closed_panels"),
    Change("a closed panel closes all openings", "return opening_id not in viewer.closed_panels", "return not viewer.closed_panels"),
    Change("withdrawn cards blind", "        Scorecard.withdrawn_at.is_(None),\n        or_(", "        or_("),
    Change(
        "others' cards make blind",
        'Scorecard.interviewer_id == bindparam("viewer"),\n        Scorecard.withdrawn_at.is_(None),\n        or_(',
        "Scorecard.withdrawn_at.is_(None),\n        or_(",
    ),
    Change(
        "everybody is assigned everybody",
        "if Role.INTERVIEWER in roles else frozenset()",
        "if Role.INTERVIEWER not in roles else frozenset()",
    ),
    Change("interviewers lead", "whole=not LEADS.isdisjoint(roles),", "whole=not _TEAM.isdisjoint(roles),"),
    Change("names are always shown", "names=manager_sees_names or Role.HIRING_MANAGER not in roles,", "names=True,"),
    Change("names are never shown", "names=manager_sees_names or Role.HIRING_MANAGER not in roles,", "names=False,"),
    Change(
        "a candidate whom one may not know is served",
        "    if not seen.knows(application.id):\n        raise NotFound",
        "    if not seen.knows(application.id):\n        pass",
    ),
    Change(
        "a candidate whose scores are hidden is served",
        "    if not seen.is_open(application.id):\n        raise NotFound",
        "    if not seen.is_open(application.id):\n        pass",
    ),
    Change(
        "anybody's card is one's own",
        "mine = card.interviewer_id == viewer.account_id and card.withdrawn_at is None",
        "mine = card.withdrawn_at is None",
    ),
    Change(
        "a withdrawn card is still open",
        "mine = card.interviewer_id == viewer.account_id and card.withdrawn_at is None",
        "mine = card.interviewer_id == viewer.account_id",
    ),
    Change("one may rate oneself", "if not mine or (candidate.email and candidate.email == viewer.email):", "if not mine:"),
    Change("one's own record by another's address", 'Candidate.email == bindparam("email")', 'Candidate.email != bindparam("email")'),
    Change(
        "a card owed elsewhere hides nothing",
        "or_(Application.id == _HERE.id, Scorecard.submitted_at.is_(None)),",
        "Application.id == _HERE.id,",
    ),
    Change("a card elsewhere assigns here", "for here, carded, _ in cards if here == carded)", "for here, carded, _ in cards)"),
    Change(
        "an administrator handles their own record",
        "Candidate.email == viewer.email)\n    led",
        "Candidate.email != viewer.email)\n    led",
    ),
    Change(
        "an administrator handles whom they still owe a card",
        "or_(Scorecard.submitted_at.is_(None), and_(",
        "or_(Scorecard.id.is_(None), and_(",
    ),
    Change(
        "a panel that was closed was never open",
        "return opening.panel_open or (opening.panel_open_until is not None and opening.panel_open_until >= since)",
        "return opening.panel_open",
    ),
    Change(
        "whoever led a closed panel has read nothing",
        "return _leads_or_led(session, opening, account_id, since) or (",
        "return bool(",
    ),
    Change(
        "an administrator hands out a panel that is closed to them", "Opening.panel_open.is_(False), ", "Opening.panel_open.is_(None), "
    ),
    Change("whoever has no card has read the panel", "and session.scalar(own.limit(1)) is not None", ""),
    Change("another spelling is another person", "same_address(_RECORD, Candidate), _RECORD", "_RECORD.email.is_(None), _RECORD"),
    Change(
        "another spelling is handed out", ".join(_RECORD, same_person(_RECORD, Candidate))", ".join(_RECORD, _RECORD.id == Candidate.id)"
    ),
    Change(
        "others' cards elsewhere make blind",
        'Scorecard.interviewer_id == bindparam("viewer"),\n        Scorecard.withdrawn_at.is_(None),\n        Scorecard.submitted_at',
        "Scorecard.withdrawn_at.is_(None),\n        Scorecard.submitted_at",
    ),
    Change(
        "what is read in another opening is not read",
        ".join(Candidate, same_person(record, Candidate))",
        ".join(Candidate, record.id == Candidate.id)",
    ),
    Change(
        "decisions are not read",
        "for query in (cards.where(Interview.application_id == application_id), decisions)]",
        "for query in (cards.where(Interview.application_id == application_id),)]",
    ),
    Change("whoever is known as administrator is not", "if self.is_administrator:", "if False:"),
)


def main(word: str = "") -> int:
    chosen = [change for change in CHANGES if word in change.says]
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Path(folder) / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache"))
        if not word and not passes(copy):
            print("The tests fail as things are: mend them first.")
            return 1
        noticed = [is_noticed(copy, change) for change in chosen]
    print(f"{sum(noticed)} of {len(noticed)} noticed: {sum(noticed) / len(noticed):.0%}")
    return 0 if sum(noticed) >= LEAST * len(noticed) else 1


def is_noticed(copy: Path, change: Change) -> bool:
    path = place_of(copy, change)
    whole = path.read_text()
    path.write_text(whole.replace(change.old, change.new))
    try:
        noticed = not passes(copy)
    finally:
        path.write_text(whole)
    print(f"{'noticed ' if noticed else 'MISSED  '} {change.says}", flush=True)
    return noticed


def place_of(copy: Path, change: Change) -> Path:
    """The one file in which it stands. Raises `SystemExit` where that is not so any more."""
    times = {copy / file: (copy / file).read_text().count(change.old) for file in FILES}
    if sum(times.values()) != 1:
        raise SystemExit(f"“{change.says}”: what is to be changed stands {sum(times.values())} times in {', '.join(FILES)}.")
    return max(times, key=times.__getitem__)


def passes(copy: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "not postgresql", "-m", "not long", *TESTS]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
