"""What programs send as JSON, taken by the same forms that pages post: one set of limits and messages for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, IntegerField, SelectField

from screening.errors import InvalidFields
from screening.forms.base import Form
from screening.forms.scorecard import ScorecardForm, scorecard_form

Filled = TypeVar("Filled", bound=Form)

OF_PAGES = frozenset({"csrf_token", "do"})
"""Fields of forms that mean something on a page alone."""

ANSWERS = {True: "yes", False: "no", None: ""}
PARTS = {"level": "rating_", "not_assessed": "na_", "note": "note_"}
"""What may be said of a criterion, and what the names of the fields that say it begin with."""

AMEND_REASON = "amend_reason"
_UNKNOWN = ["There is no such field."]


def candidate_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its `requirements`, such as `{"driving_licence": true}`, as fields of the form."""
    answers = body.get("requirements")
    answers = {} if answers is None else answers
    if not isinstance(answers, dict) or any(not (value is None or isinstance(value, bool)) for value in answers.values()):
        raise InvalidFields({"requirements": ["Send an object with true, false or null by key."]})
    return {
        **{name: value for name, value in body.items() if name != "requirements"},
        **{f"requirement_{key}": ANSWERS[value] for key, value in answers.items()},
    }


def filled(kind: type[Filled], fields: Mapping[str, Any]) -> Filled:
    """The valid form with these fields, each a text, a whole number or null; what is not sent is empty.

    Raises `InvalidFields`, also for a field that there is not.
    """
    known = {field.name: field for field in kind(formdata=None, meta={"csrf": False}) if field.name not in OF_PAGES}
    wrong = {name[:80]: _UNKNOWN for name in fields if name not in known}
    wrong |= {name: [_wanted(known[name])] for name, value in fields.items() if name in known and not _fits(known[name], value)}
    if wrong:
        raise InvalidFields(wrong)
    # As a page sends what was not chosen.
    nothing = {name: "" for name, field in known.items() if isinstance(field, SelectField)}
    said = {name: str(value) for name, value in fields.items() if value is not None}
    form = kind(formdata=MultiDict({**nothing, **said}), meta={"csrf": False})
    if not form.validate():
        raise InvalidFields(form.errors)
    return form


def is_number(field: Field) -> bool:
    return isinstance(field, IntegerField) or field.type == "Version"


def _fits(field: Field, value: object) -> bool:
    if value is None:
        return True
    return (isinstance(value, int) and not isinstance(value, bool)) if is_number(field) else isinstance(value, str)


def _wanted(field: Field) -> str:
    return "Send a whole number or null." if is_number(field) else "Send a text or null."


def scorecard_from(body: Mapping[str, Any], names: Mapping[str, str]) -> tuple[ScorecardForm, dict[str, Any]]:
    """The valid form of `{"ratings": {"empathy": {"level": 4, "note": "..."}}, "reason": "...", ...}`, and the fields that were sent.

    `names` are the criteria that the card asks for. One that is sent is replaced as a whole; what is not sent stays as it is.
    """
    ratings = body.get("ratings")
    ratings = {} if ratings is None else ratings
    if not isinstance(ratings, dict) or any(not isinstance(said, dict) for said in ratings.values()):
        raise InvalidFields({"ratings": [f"Send an object by criterion, with {', '.join(PARTS)}."]})
    if wrong := _not_asked_for(ratings, names):
        raise InvalidFields(wrong)
    fields = {"why" if name == AMEND_REASON else name: value for name, value in body.items() if name != "ratings"}
    fields |= {f"{start}{key}": said.get(part) for key, said in ratings.items() for part, start in PARTS.items()}
    try:
        return filled(scorecard_form(names), fields), fields
    except InvalidFields as error:
        raise InvalidFields({_as_sent(name): messages for name, messages in error.fields.items()}) from None


def _not_asked_for(ratings: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Sequence[str]]:
    wrong: dict[str, Sequence[str]] = {
        f"ratings.{key[:60]}": ["This scorecard does not ask for it."] for key in ratings if key not in names
    }
    parts = ((key, part) for key, said in ratings.items() if key in names for part in said if part not in PARTS)
    return wrong | {f"ratings.{key}.{part[:60]}": _UNKNOWN for key, part in parts}


def _as_sent(name: str) -> str:
    """The name of a field of the form as the body has it."""
    for part, start in PARTS.items():
        if name.startswith(start):
            return f"ratings.{name.removeprefix(start)}.{part}"
    return AMEND_REASON if name == "why" else name
