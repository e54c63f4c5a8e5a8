"""How long texts may be, in every field of every form: n letters are taken, one more is refused, and nothing typed is lost."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import delete

from screening.blueprints.rates import kind_of_request
from screening.cli.limits import as_text
from screening.models import Rate
from screening.services import rates
from screening.services.rates import Kind
from tests.house_rules.conftest import Walked
from tests.support.crawl import Found
from tests.support.forms import PageForm, form_at, forms
from tests.support.web import Browser

LIST = Path(__file__).parents[2] / "docs" / "limits.json"
OTHERWISE = {
    "text": "a job text, as long as its reader says",
    "password": "as long as the rule for passwords says",
    "again": "the same",
}
"""Fields whose length is not said in the page: a browser would cut what is pasted without a word."""
NUMBERS = re.compile(r"(weight|stage_minutes|stage_interviewers|same|related)_\w+|years|months|minutes|interviewers|equivalent_months|at")
ACCEPTED = {
    # First, as it is about the draft as it stands, which others change.
    "/openings/<opening_id>/rubric/weights": {},
    "/openings/<opening_id>/candidates/new": {},
    "/candidates/<application_id>/edit": {"email": f"{'f' * 242}@example.org", "reference": "r" * 200},
    "/openings/new": {"start": "empty"},
    "/openings/<opening_id>/settings": {},
    "/candidates/<application_id>/decisions": {"kind": "hold"},
    "/candidates/<application_id>/debrief/finals": {"composure-level": "3"},
    "/openings/<opening_id>/rubric": {"do": "save", "find": ""},
    "/openings/<opening_id>/rubric/criteria/<key>": {"do": "save"},
    "/openings/<opening_id>/rubric/stages/<key>": {"do": "save"},
    "/people/invite": {},
    "/scorecards/<scorecard_id>": {"do": "save"},
    "/decisions/<decision_id>/undo": {},
    "/data-rights/candidates/<candidate_id>/hold": {},
    "/openings/<opening_id>/interviews/plan": {},
    "/openings/<opening_id>/voids": {},
    "/openings/<opening_id>/voids/<void_id>": {},
}
"""What else makes these forms acceptable, by their rule, besides the first choice of each list where there is none yet."""

WITH_WORDS_OF_THEIR_OWN = {
    "/me/keys": "asks for a password as well: `test_api_tokens` has it",
    "/data-rights": "finds somebody by what they are recorded under, and by nothing else",
    "/sign-in": "takes what is right and nothing else",
    "/data-rights/accounts/<account_id>/erase": "takes one word and no other",
    "/data-rights/candidates/<candidate_id>/erase": "takes one word and no other",
    "/data-rights/retention": "takes one word and no other",
}


def letters(name: str, count: int, kind: str) -> str:
    """So many letters, the name of the field in front where they are enough; an e-mail address where one is wanted."""
    if name == "email":
        return f"{'e' * (count - 12)}@example.org"
    if re.fullmatch(r"probes_\d+", name):
        # The limit of the whole is above what the lines may hold together, and so felt only by what has no lines.
        return "\n".join(["p" * 300] * 8) if count <= 2560 else "p" * count
    start = f"{name} begins "[:count]
    return start + ("\r\n" if kind == "textarea" and count > 60 else "") + "x" * (count - len(start) - (kind == "textarea" and count > 60))


def reopened(walked: Walked, found: Found) -> tuple[Browser, PageForm]:
    """The form as its page has it now."""
    browser = walked.browser(found.person)
    answer = browser.get(found.page)
    assert answer.status_code == 200, found
    return browser, next(
        form for form in forms(answer.text, found.page) if form.action == found.form.action and form.kinds == found.form.kinds
    )


def test_the_list_of_limits_is_that_of_the_program() -> None:
    assert LIST.read_text(encoding="utf-8") == as_text()


def test_every_field_for_text_says_how_long_it_may_be(walked: Walked) -> None:
    unsaid = {
        (found.rule, name)
        for found in walked.forms
        for name in found.form.typed
        if name not in found.form.maxlength and name not in OTHERWISE and not NUMBERS.fullmatch(name)
    }
    assert unsaid == set()
    listed = {length for form in json.loads(LIST.read_text(encoding="utf-8"))["fields_characters"].values() for length in form.values()}
    assert {length for found in walked.forms for length in found.form.maxlength.values()} <= listed


def test_every_form_with_a_text_is_among_those_that_are_tried(walked: Walked) -> None:
    tried = {found.rule for found in walked.forms if found.form.maxlength}
    assert {*ACCEPTED, *WITH_WORDS_OF_THEIR_OWN} == tried


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_letter_more_is_refused_and_kept_on_the_page(walked: Walked, kind: str) -> None:
    """All fields of a form at once: each has its own message, and every text is still there."""
    before, wrong = walked.state(), {}
    for found in walked.forms:
        if not found.person or not found.form.maxlength:
            continue
        browser, form = reopened(walked, found)
        form.multipart = kind.startswith("multipart")
        typed = {name: letters(name, most + 1, form.kinds[name]) for name, most in form.maxlength.items() if form.kinds[name] != "password"}
        answer = form.send(browser, **{**ACCEPTED.get(found.rule, {}), **typed})
        missing = [name for name in typed if name != "email" and not re.match(r"probes|code", name) and f"{name} begins" not in answer.text]
        unsaid = [name for name in typed if f"Use at most {form.maxlength[name]:,} characters" not in answer.text]
        if (answer.status_code, missing, unsaid) != (422, [], []):
            wrong[str(found)] = answer.status_code, missing, unsaid
    assert wrong == {}
    assert walked.state() == before


@pytest.mark.parametrize("rule", ACCEPTED)
def test_as_many_letters_as_may_be_are_taken(walked_copy: Walked, rule: str) -> None:
    for found in (found for found in walked_copy.forms if found.rule == rule):
        browser, form = reopened(walked_copy, found)
        typed = {name: letters(name, most, form.kinds[name]) for name, most in form.maxlength.items()}
        chosen = {name: next(filter(None, values)) for name, values in form.choices.items() if not form.fields.get(name) and any(values)}
        answer = form.send(browser, **{**chosen, **typed, **ACCEPTED[rule]})
        assert answer.status_code in (200, 303), (str(found), re.findall(r"Error: </span>([^<]*)", answer.text))


@pytest.mark.parametrize(("field", "most"), [("note_composure", 4000), ("reason", 300), ("why", 300)])
def test_what_a_script_saves_has_the_same_limits(walked_copy: Walked, field: str, most: int) -> None:
    browser, address = walked_copy.browser("ada"), walked_copy.rich.path("/scorecards/<scorecard_id>")
    form = form_at(browser, address)
    versions = {"version": int(form.fields["version"]), "rubric": int(form.fields["rubric"])}
    refused = browser.send_json(f"{address}/draft", {**versions, "fields": {field: "x" * (most + 1)}})
    assert (refused.status_code, refused.json["fields"]) == (422, {field: [f"Use at most {most:,} characters here."]})
    taken = browser.send_json(f"{address}/draft", {**versions, "fields": {field: "é" * most}})
    assert taken.status_code == 200


BAD = [
    "sort=nothing",
    "sort=criterion:none",
    "direction=sideways",
    "page=0",
    "page=-1",
    "page=x",
    "page=" + "9" * 400,
    "page=%D9%A1",
    "top=0",
    "top=1.5",
    "stage=none",
    "decision=maybe",
    "incomplete=yes",
    "w.composure=101",
    "w.composure=-1",
    "w.composure=NaN",
    "w.composure=1e9",
    "text=" + "x" * 201,
]


@pytest.mark.parametrize("ending", ["", ".csv", ".xlsx", ".pdf"])
def test_values_in_an_address_that_make_no_sense_are_refused(walked: Walked, ending: str) -> None:
    browser, address = walked.browser("recruiter"), walked.rich.path(f"/openings/<opening_id>/compare{ending}")
    answers = {query: browser.get(f"{address}?{query}").status_code for query in BAD}
    assert {query: status for query, status in answers.items() if status != 400} == {}


def test_other_values_in_addresses_are_refused_alike(walked: Walked) -> None:
    browser, opening = walked.browser("recruiter"), walked.rich.path("/openings/<opening_id>")
    for query in ("order=none", "evidence=1", "choose=yes"):
        assert browser.get(f"{opening}/side-by-side?{query}").status_code == 400, query
    assert browser.get(walked.rich.path("/candidates/<application_id>/summary.pdf?edition=none")).status_code == 400


@pytest.mark.parametrize(
    ("kind", "path", "status"),
    [(Kind.EXPORTS, "/openings/<opening_id>/import/sample.csv", 200), (Kind.SEARCHES, "/openings/<opening_id>/compare?text=maria", 200)],
)
def test_who_asks_without_end_waits_and_nobody_else(
    walked_copy: Walked, monkeypatch: pytest.MonkeyPatch, kind: Kind, path: str, status: int
) -> None:
    monkeypatch.setattr(rates, "MOST", {**rates.MOST, kind: 5})
    with walked_copy.hiring.database.transaction() as session:
        # Whoever walked through the site to find its pages has asked for some of this in the last minute.
        session.execute(delete(Rate))
    address = walked_copy.rich.path(path)
    browser = walked_copy.browser("recruiter")
    statuses = [browser.get(address).status_code for _ in range(5)]
    refused = browser.get(address)
    assert (statuses, refused.status_code) == ([status] * 5, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert f"Too many {kind}. Wait" in refused.text
    other = walked_copy.fresh_browser("recruiter")
    assert other.get(address).status_code == 429
    assert walked_copy.browser("manager").get(walked_copy.rich.path("/openings/<opening_id>/compare?text=maria")).status_code == 200
    assert browser.get("/openings").status_code == 200


NO_SEARCH = {
    ("comparison.show", "hide"): "leaves columns out of the same table",
    ("comparison.show", "w."): "weights to try: the numbers are known, and only added up anew",
    ("methods.show", "first"): "chooses two candidates by their identifiers",
    ("methods.show", "second"): "the same",
    ("side_by_side.show", "candidate"): "chooses candidates by their identifiers",
}
"""Controls of pages with which nobody searches what is stored, and why."""


def kind_of(walked: Walked, method: str, address: str) -> Kind | None:
    with walked.site.app.test_request_context(address, method=method):
        return kind_of_request()


def test_whoever_searches_or_narrows_a_list_down_is_counted(walked: Walked) -> None:
    """What is on no list of those that search, nor on that of those that do not, fails here: each new form has to be thought of."""
    uncounted, rules = set(), walked.site.app.url_map.bind("localhost")
    asking = [form for page in walked.pages if page.answer.mimetype == "text/html" for form in forms(page.answer.text, page.address)]
    for form in asking:
        searching = [name for name, kind in form.kinds.items() if kind != "hidden" and (form.method == "get" or kind == "search")]
        address = form.action.partition("#")[0].partition("?")[0]
        for name in searching:
            if kind_of(walked, form.method.upper(), f"{address}?{name}=x") is not Kind.SEARCHES:
                endpoint = rules.match(address, method=form.method.upper())[0]
                uncounted.add((endpoint, "w." if name.startswith("w.") else name))
    assert uncounted == set(NO_SEARCH)
    assert kind_of(walked, "POST", walked.rich.path("/openings/<opening_id>/interviews/plan?find=x")) is Kind.SEARCHES


def test_whatever_is_sent_only_to_look_is_counted(walked: Walked) -> None:
    """The list of what changes something, in which no route is missing, says which of them change nothing."""
    with Path(__file__).with_name("writes.csv").open(encoding="utf-8", newline="") as file:
        looking = [row["rule"] for row in csv.DictReader(file) if re.search("changes nothing|^looks", row["why none is needed"])]
    assert len(looking) >= 3
    assert [rule for rule in looking if kind_of(walked, "POST", rule) is None] == []


def test_whoever_looks_for_people_by_form_without_end_waits(walked_copy: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", {**rates.MOST, Kind.SEARCHES: 3})
    browser = walked_copy.fresh_browser("admin")
    assert [browser.post("/data-rights", {"words": f"{n}@example.org"}).status_code == 429 for n in range(4)] == [False] * 3 + [True]
    assert browser.get("/audit?action=denied").status_code == 429
    assert [browser.get(page).status_code for page in ("/audit", "/audit?page=1", "/data-rights")] == [200] * 3


def test_every_file_to_be_fetched_and_every_text_to_be_read_is_counted(walked: Walked) -> None:
    from screening.blueprints.rates import BY_ENDING, FETCHED, POSTED

    rules = list(walked.site.app.url_map.iter_rules())
    files = [page.address for page in walked.pages if page.answer.status_code == 200 and page.answer.mimetype != "text/html"]
    assert [address for address in files if kind_of(walked, "GET", address) is None] == []
    endings = {rule.rule.rpartition(".")[2] for rule in rules if re.search(r"\.[a-z]+$", rule.rule)}
    assert endings <= set(BY_ENDING)
    assert {*FETCHED, *POSTED} <= {rule.endpoint for rule in rules}
    reading = {found.rule for found in walked.forms if found.form.multipart}
    counted = {rule.rule for rule in rules if POSTED.get(rule.endpoint) is Kind.READINGS}
    assert reading == counted
