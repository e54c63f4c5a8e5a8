"""What was found in the record of events, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from screening.chain import Head
from screening.errors import ScreeningError
from screening.services.audit.facts import Fact, Kind
from screening.services.audit.verifying import Finding, Verdict, verify


class Broken(ScreeningError):
    """The end of the record is not what was recorded."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The record of events is not whole. {why} Run: screening audit verify")


def head(session: Session) -> Head:
    """Where the record ends. Raises `Broken` where the last entry is not the one that the head speaks of."""
    verdict = verify(session, newest=1)
    if not verdict.holds:
        raise Broken(next(lines(verdict)))
    return verdict.head


_OF_THE_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "head_changed": "The head, which says where the record ends, was changed.",
        "head_removed": "The head, which says where the record ends, was removed.",
        "head_of_unknown_key": "The head, which says where the record ends, is sealed with a key that is not known here.",
        "emptied": "There are people here, but no entry says how they came: the record was emptied.",
    }
)


_OF_FACTS: Mapping[Kind, str] = MappingProxyType(
    {
        "account": "The account {identifier} was created",
        "opening": "The opening {identifier} was created",
        "rubric": "The published rubric {identifier} (version {part}) was published",
        "candidate": "The candidate {identifier} was added",
        "scorecard": "Version {part} of the scorecard {identifier} was submitted",
        "decision": "The decision {identifier} at the stage {part} was made",
        "decision_undone": "The decision {identifier} at the stage {part} was taken back",
        "past_decision": "A decision about the erased candidate {identifier} at the stage {part} was made",
        "past_decision_undone": "A decision about the erased candidate {identifier} at the stage {part} was taken back",
        "final": "A final rating of {part} for the candidate {identifier} was given",
        "final_withdrawn": "A final rating of {part} for the candidate {identifier} was withdrawn",
        "void": "The void {identifier} of {part} was made",
        "void_undone": "The void {identifier} of {part} was taken back",
        "candidate_erased": "The candidate {identifier} was erased",
        "account_erased": "The account {identifier} was erased",
    }
)


def words_of(fact: Fact) -> str:
    """In a sentence."""
    said = _OF_FACTS[fact.kind].format(identifier=_printable(fact.identifier), part=_printable(fact.part))
    return f"{said} on {fact.since:%Y-%m-%d %H:%M} UTC, and no entry says so: entries may have been cut off."


def _printable(text: str) -> str:
    """Whoever changed the record may have written anything into the tables, also what a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def words(found: Finding) -> str:
    """In a sentence."""
    if found.kind in _OF_THE_WHOLE:
        return _OF_THE_WHOLE[found.kind]
    several = found.last > found.first
    which = f"Entries {found.first:,} to {found.last:,}" if several else f"Entry {found.first:,}"
    are, were = ("are", "were") if several else ("is", "was")
    return {
        "changed": f"{which} {are} not what was recorded: changed, or put in.",
        "inserted": f"{which} {were} put in: Screening did not write {'them' if several else 'it'}.",
        "removed": f"{which} {were} removed.",
        "misplaced": f"{which} does not follow the one before it: a part of the record was exchanged for another.",
        "cut": f"{which} {were} cut off at the end.",
        "resumed": f"When entry {found.first:,} was written, the end of the record was not genuine: entries may have been cut off.",
        "unknown_key": f"{which} {are} sealed with a key that is not known here. Put the keys of that time into SCREENING_FORMER_KEYS.",
    }[found.kind]


def lines(verdict: Verdict) -> Iterator[str]:
    """What there is to say, line by line: what is wrong first."""
    yield from map(words, verdict.findings)
    if verdict.wrong > len(verdict.findings):
        yield f"And {verdict.wrong - len(verdict.findings):,} findings more."
    yield from map(words_of, verdict.facts)
    if verdict.lacking > len(verdict.facts):
        yield f"And {verdict.lacking - len(verdict.facts):,} more without an entry."
    for run in verdict.sealed:
        if not run.is_present:
            yield f"Entries {run.first:,} to {run.last:,} are sealed with a former key ({run.key}): whoever has it could have made them."
    if verdict.begun:
        yield (
            f"Entries 1 to {verdict.earlier:,} were written before the record was sealed, on {verdict.begun:%Y-%m-%d %H:%M} UTC: what "
            "became of them until then nobody can tell."
        )
