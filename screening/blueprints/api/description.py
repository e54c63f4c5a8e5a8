"""The description of the interface, as OpenAPI: made from the routes, the forms and the shapes themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Response, current_app, jsonify
from werkzeug.routing import Rule
from wtforms import Field, SelectField
from wtforms.validators import InputRequired, Length, NumberRange

from screening.blueprints.api import shapes
from screening.blueprints.api.routes import MOST, Told, bp
from screening.blueprints.session import asks
from screening.blueprints.submissions import KEY
from screening.forms import bodies
from screening.forms.base import Form
from screening.forms.candidates import candidate_form
from screening.forms.scorecard import scorecard_form
from screening.policy import Action
from screening.services.api_tokens import IN_WORDS

_ABOUT = """What programs can do here: bring candidates along, keep what is recorded about them, fill in one's own scorecards, and fetch the
comparison with its ratings. A key is made by a person under “My account” and may do what that person may, at the most; what may not be seen
looks like what is not there. No decision is taken through this interface: a person takes it, on the page that says what it rests on."""

_REFUSALS = {
    "400": "A value in the address that makes no sense.",
    "401": "No key that holds.",
    "403": "The key was made for less.",
    "404": "There is nothing here that the key's owner can open.",
    "413": "Larger than any request may be.",
    "415": "The body is not JSON.",
    "422": "The body or what it asks for cannot be accepted.",
    "429": "Too many requests in a minute; Retry-After says how long to wait.",
    "503": "Not available right now; nothing was changed.",
}
_OF_CHANGES = {
    "409": "Somebody else changed it meanwhile, or it is frozen; nothing was overwritten.",
    "428": f"The {KEY}, or what the change was made from, is missing.",
}


@bp.get("/openapi.json")
@asks(Action.VISIT)
def description() -> Response:
    return jsonify(document())


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for rule, told in sorted(_told(), key=lambda pair: pair[0].rule):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {})[method.lower()] = _operation(rule, method, told)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Screening", "version": "1", "description": " ".join(_ABOUT.split())},
        "paths": paths,
        "components": {
            "schemas": {**_schemas(), "CandidateBody": _candidate_body(), "ScorecardBody": _scorecard_body()},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Scopes: " + "; ".join(f"{scope}: {words}" for scope, words in IN_WORDS.items()) + ".",
                }
            },
        },
        "security": [{"key": []}],
    }


def _told() -> Iterator[tuple[Rule, Told]]:
    """The routes of the interface, each with what is told of it."""
    for rule in current_app.url_map.iter_rules():
        told = getattr(current_app.view_functions[rule.endpoint], "told", None)
        if told is not None:
            yield rule, told


def _operation(rule: Rule, method: str, told: Told) -> dict[str, Any]:
    refusals = {**_REFUSALS, **(_OF_CHANGES if method != "GET" else {})}
    found = {
        "operationId": rule.endpoint.partition(".")[2],
        "summary": told.summary,
        "description": f"Needs a key with the scope {told.scope}.",
        "parameters": [*_parameters(rule, told), *_headers(method, told)],
        "responses": {
            str(told.status): {"description": told.summary, **_json(told.gives.__name__)},
            **{status: {"description": words, **_json("Problem")} for status, words in sorted(refusals.items())},
        },
    }
    if told.takes:
        found["requestBody"] = {"required": True, **_json(f"{told.takes.capitalize()}Body")}
    return found


def _json(shape: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}}


def _parameters(rule: Rule, told: Told) -> list[dict[str, Any]]:
    found = []
    for name, words in told.parameters:
        inside = name in rule.arguments
        kind: dict[str, Any] = {"type": "integer", "minimum": 1} if name in ("page", "top") else {"type": "string"}
        kind = {**kind, "pattern": "^[A-Za-z0-9_-]{22}$"} if inside else kind
        found.append({"name": name, "in": "path" if inside else "query", "required": inside, "description": words, "schema": kind})
    return found


def _headers(method: str, told: Told) -> list[dict[str, Any]]:
    found = []
    if method != "GET":
        words = "A fresh random text for each request; the same one when that is sent again, which then counts once."
        schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"}
        found.append({"name": KEY, "in": "header", "required": True, "description": words, "schema": schema})
    if told.versioned:
        words = "The ETag of what the change was made from, in the place of version in the body."
        schema = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
        found.append({"name": "If-Match", "in": "header", "required": False, "description": words, "schema": schema})
    return found


@cache
def _schemas() -> Mapping[str, Any]:
    """Of all shapes, by name."""
    from pydantic import TypeAdapter

    given = [value for value in vars(shapes).values() if isinstance(value, type) and hasattr(value, "__dataclass_fields__")]
    _, found = TypeAdapter.json_schemas(
        [(shape.__name__, "serialization", TypeAdapter(shape)) for shape in given], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = found["$defs"]
    return {name: _closed(schema, name) for name, schema in schemas.items()}


def _closed(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Every field of an answer is always there, but for what a refusal says besides."""
    always = ["error"] if name == shapes.Problem.__name__ else list(schema["properties"])
    return {**schema, "required": always, "additionalProperties": False}


def _candidate_body() -> dict[str, Any]:
    answers = {
        "type": ["object", "null"],
        "additionalProperties": {"type": ["boolean", "null"]},
        "description": "By key of the requirement.",
    }
    return _body(candidate_form({}), {"requirements": answers, "version": _version()})


def _scorecard_body() -> dict[str, Any]:
    fields = {field.name: _schema(field) for field in _fields(scorecard_form({"x": "x"}))}
    parts = {part: {**fields.pop(f"{start}x"), "title": part} for part, start in bodies.PARTS.items()}
    fields[bodies.AMEND_REASON] = fields.pop("why")
    said = {"type": "object", "properties": parts, "additionalProperties": False}
    ratings = {"type": ["object", "null"], "additionalProperties": said, "description": "By key of the criterion."}
    properties = {**fields, "ratings": ratings, "version": _version(), "rubric": {"type": "integer", "minimum": 1, "maximum": MOST}}
    return {"type": "object", "properties": properties, "required": ["rubric"], "additionalProperties": False}


def _version() -> dict[str, Any]:
    return {
        "type": ["integer", "null"],
        "minimum": 0,
        "maximum": MOST,
        "description": "Of what the change was made from; or send If-Match.",
    }


def _fields(form: type[Form]) -> list[Field]:
    return [field for field in form(formdata=None, meta={"csrf": False}) if field.name not in bodies.OF_PAGES]


def _body(form: type[Form], more: Mapping[str, Any]) -> dict[str, Any]:
    fields = _fields(form)
    required = [field.name for field in fields if any(isinstance(check, InputRequired) for check in field.validators)]
    properties = {**{field.name: _schema(field) for field in fields}, **more}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _schema(field: Field) -> dict[str, Any]:
    """What a field of a form takes. What a text must not hold besides, such as control characters, its message says."""
    if isinstance(field, SelectField):
        return {"enum": [*(choice.value for choice in field.choices), None], "title": field.label.text}
    schema: dict[str, Any] = {"type": ["integer" if bodies.is_number(field) else "string", "null"], "title": field.label.text}
    for check in field.validators:
        if isinstance(check, InputRequired):
            schema |= {"type": "string", "minLength": 1}
        elif isinstance(check, NumberRange):
            schema |= {"minimum": check.min, "maximum": check.max}
        elif isinstance(check, Length):
            schema["maxLength"] = check.max
    return schema
