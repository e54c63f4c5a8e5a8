"""What programs send as JSON, taken by the same forms that pages post: one set of limits and messages for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, IntegerField, SelectField

from screening.errors import InvalidFields
from screening.forms.base import Form
from screening.forms.candidates import CandidateForm
from screening.forms.scorecard import ScorecardForm, scorecard_form
from screening.services.scorecards import Card, Entry

Filled = TypeVar("Filled", bound=Form)
Messages = dict[str, Sequence[str]]

OF_PAGES = frozenset({"csrf_token", "do"})
"""Fields of forms that mean something on a page alone."""

REQUIREMENT = "requirement_"
PARTS = {"level": "rating_", "not_assessed": "na_", "note": "note_"}
"""What may be said of a criterion, and what the names of the fields that say it begin with."""

AMEND_REASON = "amend_reason"
OF_CARDS = frozenset({"version", "rubric", "ratings", "recommendation", "reason", AMEND_REASON})
UNKNOWN = ["There is no such field."]
MOST_TOLD = 20
"""So many fields that there are not are named, not more: somebody may send a hundred thousand."""


def candidate_from(body: Mapping[str, Any], kind: type[CandidateForm]) -> CandidateForm:
    """The valid form of a candidate; `requirements` are such as `{"driving_licence": true}`. Raises `InvalidFields`."""
    answers = body.get("requirements")
    answers = {} if answers is None else answers
    if not isinstance(answers, dict) or any(not (value is None or isinstance(value, bool)) for value in answers.values()):
        raise InvalidFields({"requirements": ["Send an object with true, false or null by key."]})
    _refuse(name for name in body if name.startswith(REQUIREMENT))
    fields = {name: value for name, value in body.items() if name != "requirements"}
    said = {f"{REQUIREMENT}{key}": {True: "yes", False: "no", None: None}[answer] for key, answer in answers.items()}
    try:
        return filled(kind, {**fields, **said})
    except InvalidFields as error:
        names = {name: f"requirements.{name.removeprefix(REQUIREMENT)}" if name in said else name for name in error.fields}
        raise InvalidFields({names[name]: messages for name, messages in error.fields.items()}) from None


def filled(kind: type[Filled], fields: Mapping[str, Any]) -> Filled:
    """The valid form with these fields, each a text, a whole number or null; what is not sent is empty.

    Raises `InvalidFields`, also for a field that there is not.
    """
    known = {field.name: field for field in kind(formdata=None, meta={"csrf": False}) if field.name not in OF_PAGES}
    _refuse(name for name in fields if name not in known)
    if wrong := {name: [_wanted(known[name])] for name, value in fields.items() if not _fits(known[name], value)}:
        raise InvalidFields(wrong)
    # As a page sends what was not chosen.
    nothing = {name: "" for name, field in known.items() if isinstance(field, SelectField)}
    said = {name: str(value) for name, value in fields.items() if value is not None}
    form = kind(formdata=MultiDict({**nothing, **said}), meta={"csrf": False})
    if not form.validate():
        raise InvalidFields(form.errors)
    return form


def _refuse(unknown: Iterable[str]) -> None:
    if wrong := {name[:80]: UNKNOWN for name in islice(unknown, MOST_TOLD)}:
        raise InvalidFields(wrong)


def is_number(field: Field) -> bool:
    return isinstance(field, IntegerField) or field.type == "Version"


def _fits(field: Field, value: object) -> bool:
    if value is None:
        return True
    return (isinstance(value, int) and not isinstance(value, bool)) if is_number(field) else isinstance(value, str)


def _wanted(field: Field) -> str:
    return "Send a whole number or null." if is_number(field) else "Send a text or null."


def scorecard_from(body: Mapping[str, Any], card: Card) -> tuple[ScorecardForm, dict[str, Any]]:
    """The valid form of `{"ratings": {"empathy": {"level": 4, "note": "..."}}, "reason": "...", ...}`, and the fields that were sent.

    What is not sent stays as it stands on the card, also of a criterion of which something is sent; but a level takes the place of a reason
    why there is none, and the other way round. Raises `InvalidFields`.
    """
    _refuse(name for name in body if name not in OF_CARDS)
    ratings = body.get("ratings")
    ratings = {} if ratings is None else ratings
    if not isinstance(ratings, dict) or any(not isinstance(said, dict) for said in ratings.values()):
        raise InvalidFields({"ratings": [f"Send an object by criterion, with {', '.join(PARTS)}."]})
    names = {item.key: item.criterion.name for item in card.criteria}
    if wrong := _not_asked_for(ratings, names):
        raise InvalidFields(wrong)
    fields = {"why" if name == AMEND_REASON else name: value for name, value in body.items() if name != "ratings"}
    for key, said in ratings.items():
        whole = _together(said, card.content.entries.get(key, Entry()))
        fields |= {f"{start}{key}": whole[part] for part, start in PARTS.items()}
    try:
        return filled(scorecard_form(names), fields), fields
    except InvalidFields as error:
        raise InvalidFields({_as_sent(name): messages for name, messages in error.fields.items()}) from None


def _not_asked_for(ratings: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> Messages:
    wrong = ((f"ratings.{key[:60]}", ["This scorecard does not ask for it."]) for key in ratings if key not in names)
    found: Messages = dict(islice(wrong, MOST_TOLD))
    for key, said in ratings.items():
        if key in names:
            found |= {f"ratings.{key}.{part[:60]}": UNKNOWN for part in islice((part for part in said if part not in PARTS), MOST_TOLD)}
            if said.get("level") is not None and said.get("not_assessed"):
                found[f"ratings.{key}"] = ["Give a level, or say why there is none, not both."]
    return found


def _together(said: Mapping[str, Any], stands: Entry) -> Mapping[str, Any]:
    """What is said of a criterion, with the rest as it stands."""
    level = None if said.get("not_assessed") else stands.level
    not_assessed = "" if said.get("level") is not None else stands.not_assessed
    return {"level": level, "not_assessed": not_assessed, "note": stands.note, **said}


def _as_sent(name: str) -> str:
    """The name of a field of the form as the body has it."""
    for part, start in PARTS.items():
        if name.startswith(start):
            return f"ratings.{name.removeprefix(start)}.{part}"
    return AMEND_REASON if name == "why" else name
