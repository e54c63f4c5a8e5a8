"""The tables, one module per aggregate. No HTTP, no rules about who may do what."""

from __future__ import annotations

from screening.models.accounts import Account, ApiToken, Attempt, Identity, Link, RecoveryCode, SecondFactor, SignIn
from screening.models.candidates import Application, Candidate, PendingImport, same_address, same_person
from screening.models.columns import utc_stamp
from screening.models.debriefs import FinalRating
from screening.models.decisions import Decision
from screening.models.demographics import Demographic, ImpactFigure
from screening.models.erased import ERASED_TOO
from screening.models.events import Event, EventHead
from screening.models.interviews import Interview, Rating, Revision, Scorecard
from screening.models.jobs import Job, JobPart, KeptPaper
from screening.models.openings import FormerLead, Membership, Opening
from screening.models.privacy import Hold, PastDecision
from screening.models.rates import Rate
from screening.models.rubrics import RubricDraft, RubricVersion
from screening.models.submissions import Submission
from screening.models.voids import Void

__all__ = [
    "ERASED_TOO",
    "Account",
    "ApiToken",
    "Application",
    "Attempt",
    "Candidate",
    "Decision",
    "Demographic",
    "Event",
    "EventHead",
    "FinalRating",
    "FormerLead",
    "Hold",
    "Identity",
    "ImpactFigure",
    "Interview",
    "Job",
    "JobPart",
    "KeptPaper",
    "Link",
    "Membership",
    "Opening",
    "PastDecision",
    "PendingImport",
    "Rate",
    "Rating",
    "RecoveryCode",
    "Revision",
    "RubricDraft",
    "RubricVersion",
    "Scorecard",
    "SecondFactor",
    "SignIn",
    "Submission",
    "Void",
    "same_address",
    "same_person",
    "utc_stamp",
]
