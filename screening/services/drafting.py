"""From a job text to an opening: what is read in it, and the rubric made of what a recruiter takes of that. The text itself is not kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from rubrics import drafting, editing, library, limits
from rubrics.drafting import Draft, UnreadableText
from rubrics.drafting.model import Asked
from rubrics.model import Kind, Rubric, Stage, Weighted
from screening.errors import Invalid
from screening.models import Opening
from screening.policy import Viewer
from screening.services import asked_facts, openings
from screening.services.asked_facts import EDUCATION, EXPERIENCE, AskedEducation, AskedExperience

LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """A criterion of the library that interviewers rate."""

    key: str
    required: bool


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Something the library lacks: a criterion with its name, to be written in the editor."""

    name: str
    kind: Kind
    required: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken into the rubric, and the words of the text behind it."""

    taken: Listed | ToWrite | AskedExperience | AskedEducation
    quote: str


def read(text: str, *, field: str = "text") -> Draft:
    """What the text asks for. Raises `Invalid`, at the form's field that the text came by, where there is nothing to read."""
    try:
        return drafting.draft(text)
    except UnreadableText as error:
        raise Invalid(str(error), field=field) from error


def in_reading_order(draft: Draft) -> tuple[Asked, ...]:
    """What is asked for, as the text has it from top to bottom; what is judged from facts comes last."""

    def place(asked: Asked) -> tuple[bool, int]:
        return asked.key in (EXPERIENCE, EDUCATION), min((span.start for span in asked.evidence), default=0)

    return tuple(sorted(draft.criteria, key=place))


def create(session: Session, viewer: Viewer, choices: Sequence[Choice], *, title: str, department: str, location: str) -> Opening:
    """An opening whose draft rubric holds what was taken. Raises `RubricError` where that cannot be a rubric."""
    return openings.create_with(session, viewer, rubric_of(title, choices), title=title, department=department, location=location)


def rubric_of(title: str, choices: Sequence[Choice]) -> Rubric:
    """What was taken, in that order, weighted equally, and asked in one stage."""
    rubric = Rubric(title)
    for choice in choices:
        rubric = _with(rubric, choice)
    rated = tuple(item.key for item in rubric.rated)
    stages = (Stage("interview", "Interview", rated),) if rated else ()
    return replace(rubric.with_equal_weights(), stages=stages)


def _with(rubric: Rubric, choice: Choice) -> Rubric:
    """The rubric with one more criterion at its end, which says where it comes from."""
    if isinstance(choice.taken, ToWrite):
        rubric, _ = editing.write_own(rubric, printable(choice.taken.name, limits.NAME), choice.taken.kind)
        *before, own = rubric.criteria
        begun = replace(own.criterion, definition=f"“{printable(choice.quote, LONGEST_QUOTE)}”")
        item = replace(own, criterion=begun, required=choice.taken.required)
    else:
        before, item = list(rubric.criteria), weighted(choice.taken)
    because = f"From the job text: “{printable(choice.quote, LONGEST_QUOTE)}”"
    return replace(rubric, criteria=(*before, replace(item, rationale=because)))


def weighted(taken: Listed | AskedExperience | AskedEducation) -> Weighted:
    """A criterion of the library as the text asks for it, without a weight yet."""
    match taken:
        case AskedExperience():
            return asked_facts.experience(taken)
        case AskedEducation():
            return asked_facts.education(taken)
        case Listed(key, required):
            return Weighted(library.criteria()[key].criterion, required=required)


def printable(words: str, most: int) -> str:
    """Words of a text on one line, without what cannot be printed, shortened to so many characters."""
    kept = "".join(letter for letter in words if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cs"))
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
