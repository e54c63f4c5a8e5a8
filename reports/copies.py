"""The two copies of a candidate summary that leave the hiring team: the candidate's own, and the one for a records request.

Both are made from a summary without names: interviewers are letters, deciders are called by their role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from reports.documents import CandidateSummary, HeldFact, InterviewLine
from reports.editions import Edition, record_number
from reports.redaction import EMAIL, MARKS, NAME, PHONE, REFERENCE, Redactor
from reports.wording import plural

CODES = frozenset({"key", "value", "kind", "edition", "rubric_digest"})
"""Fields whose text is ours: nobody typed it, and templates look words up by it."""
OWN_FIELDS = frozenset({"organisation", "opening", "candidate", "reference"})

_MARKED = {NAME: "name", EMAIL: "e-mail address", PHONE: "phone number", REFERENCE: "reference"}
_SEVERAL = {"e-mail address": "e-mail addresses"}


def own_copy(
    summary: CandidateSummary, redactor: Redactor, *, held: tuple[HeldFact, ...], interviews: tuple[InterviewLine, ...]
) -> CandidateSummary:
    """What is held about the candidate, with everything left out that tells of other people.

    `redactor` knows the team and the other candidates. No place, no number of others, no range and no adjusted score: all of them come
    from other candidates' ratings too.
    """
    clean = _mapped(replace(summary, interviews=interviews), redactor.text, kept=OWN_FIELDS)
    plain = summary.other if summary.by_adjusted else summary.score
    nothing_relative: dict[str, Any] = {"rank": None, "tied": False, "ranked": 0, "candidates": 0, "low": None, "high": None, "other": None}
    copy: CandidateSummary = replace(
        clean,
        **nothing_relative,
        score=plain,
        by_adjusted=False,
        incomplete=(),
        sureness="",
        held=tuple(replace(fact, said=redactor.text(fact.said)) if fact.by_team else fact for fact in held),
        edition=Edition.OWN,
    )
    return copy


def records_copy(summary: CandidateSummary, redactor: Redactor, *, application_id: str) -> CandidateSummary:
    """The summary with the candidate's name and reference replaced, and every known name in any of its texts.

    `redactor` knows the candidate, the team and the other candidates. The record is called by the start of its random identifier, by which
    only the hiring team finds it.
    """
    clean: CandidateSummary = _mapped(replace(summary, candidate="", reference=""), redactor.text)
    found = _marks(clean) - _marks(summary)
    return replace(
        clean,
        candidate=record_number(application_id),
        edition=Edition.RECORDS,
        replaced=tuple(plural(found[mark], noun, _SEVERAL.get(noun, "")) for mark, noun in _MARKED.items() if found[mark]),
    )


def _mapped(value: Any, change: Callable[[str], str], kept: frozenset[str] = frozenset()) -> Any:
    """The document with every text that somebody typed changed, however deep it lies."""
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, change) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init and field.name not in CODES | kept]
        return replace(value, **{name: _mapped(getattr(value, name), change) for name in names})
    return value


def _marks(summary: CandidateSummary) -> Counter[str]:
    found: Counter[str] = Counter()

    def count(text: str) -> str:
        found.update({mark: text.count(mark) for mark in MARKS})
        return text

    _mapped(summary, count)
    return found
