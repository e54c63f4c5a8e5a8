"""What every column of every table says, and of whom: the one place that export and erasure work from.

A table or column that is not named here fails a test, so that nothing new can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from sqlalchemy import ColumnElement, Table, select

from screening.database import Base


class Kind(StrEnum):
    HELD = auto()
    """Held about the person that the row is about: handed out to them, and goes when they are erased."""
    RECORD = auto()
    """What was done with them and when, without a word of anybody's: handed out, and stays for counts and for the log."""
    INTERVIEWER = auto()
    """Who interviewed them: handed out as a letter, like in the own copy."""
    COLLEAGUE = auto()
    """Who else of the organisation acted: handed out as a role, like in the own copy."""
    KEY = auto()
    """Goes with the person, and is handed out to nobody: with it one could sign in."""
    COPY = auto()
    """A file made from other columns, or one with many people in it. It goes; what it says of the person is handed out otherwise."""
    PLAIN = auto()
    """Holds the database together, or says nothing of anybody."""


class Subject(StrEnum):
    CANDIDATE = auto()
    ACCOUNT = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """A table: what a person calls it, what its columns say, whose it is, and by which column it hangs on which other table.

    `stays`: rows are emptied instead of deleted. `apart`: kept apart from all else, so that not even their number is shown to anybody.
    """

    title: str
    columns: Mapping[str, Kind]
    of: Subject | None = None
    under: tuple[str, str] | None = None
    stays: bool = False
    apart: bool = False


def _columns(**kinds: str) -> dict[str, Kind]:
    return {name: Kind(kind) for kind, names in kinds.items() for name in names.split()}


_C, _A = Subject.CANDIDATE, Subject.ACCOUNT
_UNDER_APPLICATION = ("application_id", "applications")
_UNDER_ACCOUNT = ("account_id", "accounts")

TABLES: Mapping[str, Held] = {
    "candidates": Held(
        "Person", _columns(held="name email phone", record="created_at erased_at", plain="id public_id version"), _C, stays=True
    ),
    "holds": Held(
        "Legal holds",
        _columns(held="reason set_at lifted_at", colleague="set_by lifted_by", plain="id public_id candidate_id"),
        _C,
        ("candidate_id", "candidates"),
    ),
    "applications": Held(
        "Applications",
        _columns(
            held="reference source notes stage months relatedness field education education_field requirements",
            record="created_at erased_at",
            plain="id public_id opening_id candidate_id version",
        ),
        _C,
        ("candidate_id", "candidates"),
        stays=True,
    ),
    "interviews": Held(
        "Interviews", _columns(held="stage scheduled_at place created_at", plain="id public_id application_id"), _C, _UNDER_APPLICATION
    ),
    "scorecards": Held(
        "Scorecards",
        _columns(
            held="exposed withdrawn_at reminded_at submitted_at created_at",
            interviewer="interviewer_id",
            plain="id public_id interview_id version",
        ),
        _C,
        ("interview_id", "interviews"),
    ),
    "revisions": Held(
        "Versions",
        _columns(
            held="number recommendation reason amend_reason after_reveal counts saved_at submitted_at",
            plain="id scorecard_id rubric_version_id",
        ),
        _C,
        ("scorecard_id", "scorecards"),
    ),
    "ratings": Held("Ratings", _columns(held="criterion level not_assessed note", plain="revision_id"), _C, ("revision_id", "revisions")),
    "final_ratings": Held(
        "Ratings after the debrief",
        _columns(held="criterion level reason given_at replaced_at", interviewer="account_id", plain="id application_id"),
        _C,
        _UNDER_APPLICATION,
    ),
    "decisions": Held(
        "Decisions",
        _columns(
            held="stage kind reason decided_at undone_at undone_reason",
            colleague="decided_by undone_by",
            plain="id public_id application_id",
        ),
        _C,
        _UNDER_APPLICATION,
    ),
    "demographics": Held(
        "What you said of yourself", _columns(held="attribute group", plain="application_id"), _C, _UNDER_APPLICATION, apart=True
    ),
    "kept_papers": Held(
        "Typeset papers", _columns(copy="content", record="kept_at", plain="digest application_id"), _C, _UNDER_APPLICATION
    ),
    "past_decisions": Held(
        "Decisions, after erasure",
        _columns(record="stage kind decided_at undone_at", plain="id application_id"),
        _C,
        _UNDER_APPLICATION,
        stays=True,
    ),
    "events": Held(
        "Log",
        _columns(record="at action detail", colleague="account_id", plain="id opening_id application_id key previous mac"),
        _C,
        _UNDER_APPLICATION,
        stays=True,
    ),
    "accounts": Held(
        "Account",
        _columns(
            held="email name is_administrator may_open is_active",
            key="password_hash",
            record="created_at erased_at",
            plain="id public_id",
        ),
        _A,
        stays=True,
    ),
    "identities": Held(
        "Sign-in through an identity provider", _columns(held="issuer subject linked_at", plain="account_id"), _A, _UNDER_ACCOUNT
    ),
    "second_factors": Held("Second factor", _columns(held="created_at", key="secret last_step", plain="account_id"), _A, _UNDER_ACCOUNT),
    "recovery_codes": Held("Recovery codes", _columns(key="code_hash", plain="account_id"), _A, _UNDER_ACCOUNT),
    "sign_ins": Held(
        "Sessions", _columns(held="created_at seen_at way is_half device", key="token_hash", plain="id account_id"), _A, _UNDER_ACCOUNT
    ),
    "api_tokens": Held(
        "Keys of programs",
        _columns(held="name scopes created_at expires_at used_at", key="token_hash", plain="id public_id account_id"),
        _A,
        _UNDER_ACCOUNT,
    ),
    "links": Held(
        "One-time links",
        _columns(held="purpose created_at expires_at used_at", key="token_hash", plain="id account_id"),
        _A,
        _UNDER_ACCOUNT,
    ),
    "former_leads": Held("Openings led before", _columns(record="until", plain="opening_id account_id"), _A, _UNDER_ACCOUNT, stays=True),
    "memberships": Held("Hats", _columns(record="hat", plain="opening_id account_id"), _A, _UNDER_ACCOUNT, stays=True),
    "rates": Held("How often something was asked for", _columns(held="kind began count", plain="account_id"), _A, _UNDER_ACCOUNT),
    "submissions": Held("Forms sent", _columns(held="address at", plain="digest content account_id"), _A, _UNDER_ACCOUNT),
    "jobs": Held(
        "Files asked for",
        _columns(
            held="kind state done total message attempts lease_until created_at finished_at filename media_type size",
            copy="request digest",
            plain="id public_id opening_id account_id",
        ),
        _A,
        _UNDER_ACCOUNT,
    ),
    "job_parts": Held("Files", _columns(copy="content", plain="job_id number"), _A, ("job_id", "jobs")),
    "pending_imports": Held(
        "Lists brought along",
        _columns(held="filename created_at", copy="content mapping", plain="id public_id opening_id account_id"),
        _A,
        _UNDER_ACCOUNT,
    ),
    "event_head": Held("End of the log", _columns(plain="id number mac key seal")),
    # By the digest of an address or a name; those of an erased account are cleared.
    "attempts": Held("Failed sign-ins", _columns(plain="id subject_hash at")),
    # Sums over five people at least, which stay as they are when one of them is erased.
    "impact_figures": Held("Figures about groups", _columns(plain="id opening_id attribute key content shown_at")),
    "openings": Held(
        "Openings",
        _columns(
            plain="id public_id title department location state panel_open panel_open_until manager_sees_names ranks_adjusted finals_count "
            "revision changed_at created_at retention_days",
            colleague="created_by",
        ),
    ),
    "rubric_drafts": Held("Rubrics being edited", _columns(plain="opening_id content version saved_at", colleague="saved_by")),
    "rubric_versions": Held(
        "Rubrics", _columns(plain="id public_id opening_id number digest content note published_at", colleague="published_by")
    ),
    "voids": Held(
        "What was struck out",
        _columns(
            plain="id public_id opening_id criterion question reason voided_at undone_at undone_reason", colleague="voided_by undone_by"
        ),
    ),
}


def children(parent: str) -> Iterator[str]:
    """The tables that hang on this one."""
    return (name for name, table in TABLES.items() if table.under and table.under[1] == parent)


def below(parent: str) -> list[str]:
    """All tables that hang on this one and on those, the furthest first."""
    return [deeper for name in children(parent) for deeper in (*below(name), name)]


def columns_of(name: str, *kinds: Kind) -> list[str]:
    return [column for column, kind in TABLES[name].columns.items() if kind in kinds]


def table_of(name: str) -> Table:
    return Base.metadata.tables[name]


def belongs(name: str, person_id: int) -> ColumnElement[bool]:
    """That a row of the table is about the candidate, or the account, with this internal id."""
    table, under = table_of(name), TABLES[name].under
    if under is None:
        return table.c.id == person_id
    column, parent = under
    return table.c[column].in_(select(table_of(parent).c.id).where(belongs(parent, person_id)))
