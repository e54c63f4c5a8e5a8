"""The tables, one module per aggregate. No HTTP, no rules about who may do what."""

from __future__ import annotations

from screening.models.accounts import Account, Attempt, Link, SignIn
from screening.models.candidates import Application, Candidate, PendingImport
from screening.models.columns import utc_stamp
from screening.models.debriefs import FinalRating
from screening.models.decisions import Decision
from screening.models.demographics import Demographic
from screening.models.events import Event
from screening.models.interviews import Interview, Rating, Revision, Scorecard
from screening.models.jobs import Job, JobPart, KeptPaper
from screening.models.openings import Membership, Opening
from screening.models.rubrics import RubricDraft, RubricVersion
from screening.models.voids import Void

__all__ = [
    "Account",
    "Application",
    "Attempt",
    "Candidate",
    "Decision",
    "Demographic",
    "Event",
    "FinalRating",
    "Interview",
    "Job",
    "JobPart",
    "KeptPaper",
    "Link",
    "Membership",
    "Opening",
    "PendingImport",
    "Rating",
    "Revision",
    "RubricDraft",
    "RubricVersion",
    "Scorecard",
    "SignIn",
    "Void",
    "utc_stamp",
]
