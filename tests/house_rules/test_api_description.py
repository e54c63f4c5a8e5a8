"""The description of the interface is one, says what is so, and whatever is sent by it or against it gets a proper answer."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from screening.services import rates
from screening.services.api_tokens import Scope
from tests.house_rules.conftest import Walked
from tests.support.programs import Program

CALLS = int(os.environ.get("FUZZ_CALLS", "20"))
"""Of each operation, once as described and once against it."""

WRONG = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.fixture(scope="module")
def document(walked: Walked) -> dict[str, Any]:
    answer = Program(walked.site).get("/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json
    return described


def test_it_is_a_description(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert "http" not in repr(document["info"]) + repr(document.get("servers", ""))


def test_it_has_every_route_of_the_interface_and_no_other(walked: Walked, document: dict[str, Any]) -> None:
    routes = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in walked.site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for path, operations in document["paths"].items() for method in operations} == routes
    names = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert len(set(names)) == len(names)
    described = " ".join(operation["description"] for operations in document["paths"].values() for operation in operations.values())
    assert [scope for scope in Scope if scope not in described] == []


def test_lengths_are_those_of_the_forms(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    lengths = {name: field["maxLength"] for name, field in shapes["CandidateBody"]["properties"].items() if "maxLength" in field}
    assert lengths["notes"] == 4000
    assert lengths["email"] == 254
    assert shapes["CandidateBody"]["required"] == ["name"]
    level = shapes["ScorecardBody"]["properties"]["ratings"]["additionalProperties"]["properties"]["level"]
    assert (level["minimum"], level["maximum"]) == (1, 5)


def send(operation: Any, mode: Any, ids: dict[str, str], key: str) -> int:
    """Call the operation as it is described, or against that, and compare what is answered with what the description says. How often."""
    from schemathesis import checks

    compared = [checks.CHECKS.get_one(name) for name in WRONG]
    fixed = {name: value for name, value in ids.items() if f"{{{name}}}" in operation.path}
    tried = 0

    @settings(max_examples=CALLS, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode, **({"path_parameters": fixed} if fixed else {})))
    def call(case: Any) -> None:
        nonlocal tried
        case.validate_response(case.call(headers={"Authorization": f"Bearer {key}"}), checks=compared)
        tried += 1

    call()
    return tried


@pytest.mark.long
@pytest.mark.parametrize("as_described", [True, False], ids=["as described", "against it"])
def test_whatever_is_sent_gets_an_answer_as_described(walked_copy: Walked, monkeypatch: pytest.MonkeyPatch, *, as_described: bool) -> None:
    import schemathesis

    monkeypatch.setattr(rates, "MOST", dict.fromkeys(rates.Kind, 10_000_000))
    schema = schemathesis.openapi.from_wsgi("/openapi.json", walked_copy.site.app)
    mode = schemathesis.GenerationMode.POSITIVE if as_described else schemathesis.GenerationMode.NEGATIVE
    ids = {name: walked_copy.rich.path(f"<{name}>") for name in ("opening_id", "application_id", "scorecard_id")}
    tried: Counter[str] = Counter()
    for person in ("recruiter", "ada"):
        key = Program(walked_copy.site, walked_copy.hiring.people[person]).key
        for found in schema.get_all_operations():
            operation = found.ok()
            # There is nothing to send otherwise where nothing is sent at all.
            if as_described or operation.method != "get" or operation.query.items:
                tried[operation.label] += send(operation, mode, ids, key)
    assert set(tried.values()) == {2 * CALLS}
