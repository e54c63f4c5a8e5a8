"""How long a text each field of each form may hold, read from the forms themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from rubrics import drafting, editing
from rubrics.model import Kind, Rubric, Stage
from screening import forms
from screening.forms.base import Form
from screening.forms.drafting import review_form
from screening.forms.rubrics import editor_form
from screening.forms.rubrics_criterion import criterion_form
from screening.forms.rubrics_stage import stage_form
from screening.forms.scorecard import scorecard_form

_STAGE = Stage("phone", "Phone", ("composure",))
_PLACES = ((re.compile("_composure$"), "_<criterion>"), (re.compile("_phone$"), "_<stage>"), (re.compile(r"_[0-9]+$"), "_<n>"))


def of_all_forms() -> dict[str, dict[str, int]]:
    """Fields with their lengths by form. A field of which a form may have many stands once, under `<criterion>`, `<stage>` or `<n>`."""
    named = {form.__name__: form for form in (*_written(), *_made())}
    found = {name.removeprefix("Bound").removesuffix("Form"): _lengths(form) for name, form in named.items()}
    return {name: lengths for name, lengths in sorted(found.items()) if lengths}


def _written() -> Iterator[type[Form]]:
    """The forms as they are written; where more is added at run time, that is in `_made`."""
    for module in iter_modules(forms.__path__):
        for value in vars(import_module(f"{forms.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Form):
                yield value


def _made() -> Iterator[type[Form]]:
    rubric = editing.with_stage(editing.add_stage(editing.add_from_library(Rubric("Agent"), "composure"), "Phone")[0], _STAGE)
    yield scorecard_form({"composure": "Composure"})
    yield editor_form(rubric)
    yield stage_form(_STAGE, rubric)
    yield review_form(drafting.draft("We ask for two years of experience in customer service."))
    every_kind, _ = editing.write_own(editing.add_from_library(rubric, "experience"), "Licence", Kind.REQUIREMENT)
    bound: dict[str, Any] = {}
    for item in every_kind.criteria:
        bound |= _unbound(criterion_form(item.criterion, None))
    yield type("CriterionForm", (Form,), bound)


def _unbound(form: type[Form]) -> Mapping[str, UnboundField[Any]]:
    return {name: field for name in dir(form) if isinstance(field := getattr(form, name), UnboundField)}


def _lengths(form: type[Form]) -> dict[str, int]:
    found = {}
    for name, field in _unbound(form).items():
        validators = field.kwargs.get("validators") or (field.args[1] if len(field.args) > 1 else ())
        for most in (validator.max for validator in validators if isinstance(validator, Length)):
            found[_place(name)] = most
    return found


def _place(name: str) -> str:
    for pattern, place in _PLACES:
        name = pattern.sub(place, name)
    return name
