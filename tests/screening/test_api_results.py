"""Results and ratings, for programs: the numbers of the files, and nothing of what is hidden."""

from __future__ import annotations

import csv
import io

import pytest

from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.programs import program
from tests.support.web import Site


def _as_in_csv(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def test_numbers_are_those_of_the_files(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=None)
    hiring.submit("ada", "tom", spoken_communication=1, composure=5)
    reader, browser = program(site, hiring, "recruiter"), site.signed_in(hiring.people["recruiter"])
    found = reader.get(f"/api/v1/openings/{hiring.opening}/results").json
    table = list(csv.DictReader(io.StringIO(browser.get(f"/openings/{hiring.opening}/compare.csv").data.decode("utf-8-sig"))))
    names = {"total": "total", "spread": "spread", "low": "range from", "high": "range to", "coverage": "coverage", "rank": "rank"}
    names |= {
        "chance_among_best": "among the best 3",
        "scorecards": "scorecards",
        "tie_band": "tie band",
        "adjusted_total": "adjusted total",
    }
    assert [row["name"] for row in found["results"]] == [row["candidate"] for row in table]
    for row, line in zip(found["results"], table, strict=True):
        assert {name: "" if row[name] is None else str(row[name]) for name in names} == {name: line[title] for name, title in names.items()}
        means = {item["name"]: row["criteria"][item["key"]]["mean"] for item in found["criteria"]}
        assert {name: "" if mean is None else str(mean) for name, mean in means.items()} == {name: line[name] for name in means}
    assert (found["candidates"], found["found"], found["next"], found["ranked_by"]) == (3, 3, None, "total")
    assert [item["weight"] for item in found["criteria"]] == [40, 30, 20, 10]
    single = reader.get(f"/api/v1/openings/{hiring.opening}/ratings").json["ratings"]
    assert {row.pop("candidate_id") for row in single} == {hiring.candidates["maria"], hiring.candidates["tom"]}
    long = list(csv.DictReader(io.StringIO(browser.get(f"/openings/{hiring.opening}/ratings.csv?versions=all").data.decode("utf-8-sig"))))
    as_text = [{name: _as_in_csv(value) for name, value in row.items()} for row in single]
    assert as_text == long


def test_weights_to_try_are_said_to_be_only_tried(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", spoken_communication=1, composure=5)
    reader, path = program(site, hiring, "manager"), f"/api/v1/openings/{hiring.opening}/results"
    assert reader.get(path).json["weights_as_published"] is True
    assert reader.get(f"{path}?w.composure=100").json["weights_as_published"] is False
    assert [reader.get(f"{path}?{bad}").status_code for bad in ("sort=none", "page=0", "w.composure=101", "top=x")] == [400] * 4


def test_whoever_owes_a_card_gets_nothing_of_the_panel(site: Site, hiring: HiringRound) -> None:
    from screening.policy import Hat
    from screening.services import openings

    with site.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.HIRING_MANAGER])
    reader, path = program(site, hiring, "ada"), f"/api/v1/openings/{hiring.opening}"
    before = [reader.get(f"{path}/{what}").json for what in ("results", "ratings")]
    hiring.submit("ben", "maria", spoken_communication=5)
    after = [reader.get(f"{path}/{what}").json for what in ("results", "ratings")]
    assert [{**answer, "made_at": ""} for answer in after] == [{**answer, "made_at": ""} for answer in before]
    maria = next(row for row in after[0]["results"] if row["name"] == "Maria Kowalska")
    assert (maria["hidden"], maria["total"], maria["scorecards"], maria["stage"]) == (True, None, None, "")
    hiring.submit("ada", "maria", spoken_communication=3)
    assert len(reader.get(f"{path}/ratings").json["ratings"]) == 4


def test_ratings_come_page_by_page(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    hiring.submit("ada", "maria", composure=4)
    hiring.submit("ben", "maria", composure=5)
    hiring.submit("ada", "tom", composure=2)
    reader, path = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/ratings"
    whole = reader.get(path).json
    monkeypatch.setattr("screening.blueprints.api.results.PAGE_SIZE", 2)
    first = reader.get(path).json
    second = reader.get(first["next"]).json
    assert (first["ratings"] + second["ratings"], second["next"]) == (whole["ratings"], None)
    assert len(first["ratings"]) == 4
