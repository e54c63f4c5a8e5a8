"""Candidates beside each other over HTTP: who sees what, in which order, and that addresses which make no sense are refused."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import event, select

from screening.clock import now
from screening.models import Account, Opening, Void
from screening.policy import Hat
from screening.services import candidates, decisions, openings, scorecards
from tests.support.hiring_round import HiringRound, plan, viewer_of
from tests.support.web import Browser, Site

_TOKEN = re.compile(r'name="(csrf|submission)_token" value="[^"]*"')


class Table(HTMLParser):
    """The rows of the page's table: the text of each cell, with row heads first; without what is in `small` and in charts' axes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell = False
        self._small = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td") and self.rows:
            self.rows[-1].append("")
            self._cell = True
        self._small += tag in ("small", "text")

    def handle_endtag(self, tag: str) -> None:
        self._small -= tag in ("small", "text")
        if tag in ("th", "td"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell and not self._small:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())

    def row(self, head: str) -> list[str]:
        return next(row[1:] for row in self.rows if row and row[0] == head)

    @property
    def heads(self) -> list[str]:
        return [row[0] for row in self.rows if row]


def address(hiring: HiringRound, *names: str, **values: str) -> str:
    query = "&".join([*(f"candidate={hiring.candidates.get(name, name)}" for name in names), *(f"{k}={v}" for k, v in values.items())])
    return f"/openings/{hiring.opening}/side-by-side?{query}"


def give_hats(hiring: HiringRound, name: str, *hats: Hat) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people[name], list(hats))


def settle(hiring: HiringRound, **values: object) -> None:
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening)).one()
        for name, value in values.items():
            setattr(opening, name, value)
        opening.revision += 1


def both_rated(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    hiring.submit("ada", "tom", spoken_communication=2, composure=3)


def test_each_rating_the_mean_and_what_was_written_stand_beside_each_other(site: Site, hiring: HiringRound) -> None:
    both_rated(hiring)
    page = site.signed_in(hiring.people["recruiter"]).get(address(hiring, "tom", "maria"))
    table = Table(page.text)

    assert page.status_code == 200
    assert table.rows[0][1:] == ["Rank 2 Tom Okafor R-2", "Rank 1 Maria Kowalska"]
    assert table.row("Spoken communication") == [
        "Ada 2; mean 2.00; minimum 3. Mean 2.00 below 3",
        "Ada 4, Ben 5; mean 4.50; minimum 3. Mean 4.50",
    ]
    assert table.row("Calm under stress") == ["Ada 3; mean 3.00. Mean 3.00", "Ada 2, Ben 4; mean 3.00. Mean 3.00 2 apart"]
    assert table.row("Teamwork") == ["Not rated", "Not rated"]
    assert table.row("Minimums missed") == ["Spoken communication", "None"]
    assert table.row("Relevant work experience") == [
        "Level 1 3 months, related work",
        "Level 4 2 years 6 months, the same kind of work",
    ]
    assert "ben on composure of maria" in page.text
    assert "ada says yes" in page.text
    assert "0.00" not in page.text


def test_rows_follow_disagreement_or_the_rubric(site: Site, hiring: HiringRound) -> None:
    both_rated(hiring)
    browser = site.signed_in(hiring.people["recruiter"])
    rated = {"Spoken communication", "Calm under stress", "Teamwork"}

    first = [head for head in Table(browser.get(address(hiring, "maria", "tom")).text).heads if head in rated]
    second = [head for head in Table(browser.get(address(hiring, "maria", "tom", order="rubric")).text).heads if head in rated]

    assert first == ["Calm under stress", "Spoken communication", "Teamwork"]
    assert second == ["Spoken communication", "Calm under stress", "Teamwork"]


def test_a_void_criterion_is_struck_last_and_keeps_its_ratings(site: Site, hiring: HiringRound) -> None:
    both_rated(hiring)
    with hiring.database.transaction() as session:
        opening, account = session.scalars(select(Opening)).one(), session.scalars(select(Account)).first()
        assert account is not None
        session.add(Void(opening_id=opening.id, criterion="composure", reason="Leaked", voided_by=account.id, voided_at=now()))
        opening.revision += 1
    page = site.signed_in(hiring.people["recruiter"]).get(address(hiring, "maria", "tom")).text
    table = Table(page)

    assert table.heads.index("Calm under stress") > table.heads.index("Teamwork")
    assert table.row("Calm under stress") == ["Ada 2, Ben 4. No mean", "Ada 3. No mean"]
    assert "<s>Calm under stress</s><small>Void, does not count</small>" in page


@pytest.mark.parametrize("hats", [[Hat.RECRUITER], [Hat.HIRING_MANAGER], [Hat.RECRUITER, Hat.HIRING_MANAGER]])
def test_another_card_changes_no_byte_while_the_own_one_is_owed(site: Site, hiring: HiringRound, hats: list[Hat]) -> None:
    give_hats(hiring, "ada", Hat.INTERVIEWER, *hats)
    hiring = plan(hiring, "tom", "panel", "ben")
    hiring.submit("ada", "tom", spoken_communication=2)
    hiring.submit("ben", "tom", "panel", composure=5)
    ada = site.signed_in(hiring.people["ada"])
    paths = [
        address(hiring, "maria", "tom"),
        address(hiring, "tom", "maria", "linh", order="rubric", evidence="open"),
        address(hiring, "maria", "linh"),
        address(hiring, "maria", "tom", choose="1"),
        f"/openings/{hiring.opening}/side-by-side",
    ]

    def seen() -> list[tuple[int, str]]:
        answers = [ada.get(path) for path in paths]
        return [(answer.status_code, _TOKEN.sub("", answer.text)) for answer in answers]

    before = seen()
    assert [status for status, _ in before] == [200] * 5
    assert "Closed until your scorecard is in" in before[0][1]
    hiring.submit("ben", "maria", spoken_communication=1, composure=5)
    assert seen() == before
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        decisions.decide(session, recruiter, hiring.candidates["maria"], kind="advance", reason="Strong", standing="")
    assert seen() == before
    hiring.submit("ada", "maria")
    assert "ben on composure of maria" in ada.get(paths[0]).text


def test_a_closed_candidate_is_a_name_and_nothing_else(site: Site, hiring: HiringRound) -> None:
    give_hats(hiring, "ada", Hat.INTERVIEWER, Hat.RECRUITER)
    hiring.submit("ben", "maria", spoken_communication=1)
    page = site.signed_in(hiring.people["ada"]).get(address(hiring, "maria", "linh"))
    table = Table(page.text)

    assert table.rows[0][1] == "Maria Kowalska Closed until your scorecard is in"
    assert {row[1] for row in table.rows[1:] if len(row) == 3} == {"– Closed"}
    assert "Ben" not in page.text
    assert "30 months" not in page.text


@pytest.mark.parametrize("sees_names", [True, False])
def test_names_of_interviewers_only_where_the_opening_says_so(site: Site, hiring: HiringRound, sees_names: bool) -> None:
    both_rated(hiring)
    settle(hiring, manager_sees_names=sees_names)
    for person, named in (("manager", sees_names), ("recruiter", True)):
        page = site.signed_in(hiring.people[person]).get(address(hiring, "maria", "tom")).text
        words = re.sub(r"(ada|ben) (on|says)", "", page)
        assert ("Ada" in words, "Ben" in words) == (named, named)
        ratings = "Ada 2, Ben 4" if named else "Interviewer A 2, Interviewer B 4"
        assert Table(page).row("Calm under stress")[0] == f"{ratings}; mean 3.00. Mean 3.00 2 apart"
        assert re.findall(r'class="chart-label"[^>]*>([^<]+)<', page)[:2] == (["Ad", "Be"] if named else ["A", "B"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["maria"], "Choose at least 2 candidates."),
        (["maria", "maria"], "A candidate is named twice."),
        (["maria", "tom", "linh", "a", "b", "c"], "Choose at most 5 candidates"),
        ([], "Choose at least 2 candidates."),
    ],
)
def test_a_number_that_cannot_be_shown_leads_to_the_chooser(site: Site, hiring: HiringRound, names: list[str], message: str) -> None:
    answer = site.signed_in(hiring.people["manager"]).get(address(hiring, *names, order="rubric"))

    assert answer.status_code == 422
    assert message in answer.text
    assert '<a href="#candidate-1">' in answer.text
    ticked = re.findall(r'value="([^"]+)" checked', answer.text)
    assert set(ticked) == {hiring.candidates[name] for name in names if name in hiring.candidates}
    assert 'name="order" value="rubric"' in answer.text


def test_without_anything_asked_one_chooses_by_name(site: Site, hiring: HiringRound) -> None:
    answer = site.signed_in(hiring.people["recruiter"]).get(f"/openings/{hiring.opening}/side-by-side")

    assert answer.status_code == 200
    assert "There is a problem" not in answer.text
    assert re.findall(r'id="candidate-\d+" name="candidate" value="([^"]+)"', answer.text) == [
        hiring.candidates[name] for name in ("linh", "maria", "tom")
    ]


def test_who_is_not_a_candidate_here_is_nobody(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        own = candidates.add(session, recruiter, hiring.opening, candidates.Details("Manager", "manager@example.org")).public_id
        other = openings.create(session, recruiter, title="Other", template="retail_associate").public_id
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        elsewhere = candidates.add(session, recruiter, other, candidates.Details("Somebody Else")).public_id
    manager = site.signed_in(hiring.people["manager"])

    for unknown in (own, elsewhere, "x" * 22, "", "%00", "%F0%9F%98%80"):
        answer = manager.get(address(hiring, "maria", unknown))
        assert (answer.status_code, "There is nothing here that you can open." in answer.text) == (404, True), unknown
    assert own not in manager.get(f"/openings/{hiring.opening}/side-by-side").text
    assert site.signed_in(hiring.people["ada"]).get(address(hiring, "maria", "tom")).status_code == 404
    assert site.signed_in(hiring.people["stranger"]).get(address(hiring, "maria")).status_code == 404


@pytest.mark.parametrize("values", [{"order": "name"}, {"evidence": "1"}, {"choose": "yes"}])
def test_views_that_make_no_sense_are_refused(site: Site, hiring: HiringRound, values: dict[str, str]) -> None:
    assert site.signed_in(hiring.people["recruiter"]).get(address(hiring, "maria", "tom", **values)).status_code == 400


def test_links_keep_the_rest_of_the_view(site: Site, hiring: HiringRound) -> None:
    page = site.signed_in(hiring.people["recruiter"]).get(address(hiring, "tom", "maria", "linh", evidence="open")).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/side-by-side[^"]*)"', page)]

    assert address(hiring, "tom", "maria", "linh", order="rubric", evidence="open") in links
    assert address(hiring, "tom", "maria", "linh") in links
    assert address(hiring, "tom", "linh", evidence="open") in links
    assert address(hiring, "tom", "maria", "linh", evidence="open", choose="1") in links
    assert page.count('<details class="disclosure" open>') == 1


def test_hostile_text_stays_text(site: Site, hiring: HiringRound) -> None:
    hostile = "</dd><script>alert(1)</script><img src=x onerror=y> {{ 7*7 }}"
    hiring.submit("ada", "maria", composure=2)
    with hiring.database.transaction() as session:
        ben = viewer_of(session, hiring.people["ben"])
        card = scorecards.get(session, ben, hiring.cards["ben", "maria", "phone"])
        content = scorecards.Content({item.key: scorecards.Entry(4, "", hostile) for item in card.criteria}, "yes", hostile)
        scorecards.submit(session, ben, card.public_id, content, version=card.version, rubric_number=card.rubric_number)
        session.scalars(select(Account).where(Account.email == "ben@example.org")).one().name = '<b>Ben</b> & "co" \''
    page = site.signed_in(hiring.people["recruiter"]).get(address(hiring, "maria", "tom", evidence="open")).text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>Ben" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "<title>Ada 2, &lt;b&gt;Ben&lt;/b&gt; &amp; &#34;co&#34; &#39; 4;" in page


def statements(browser: Browser, hiring: HiringRound, path: str) -> int:
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(hiring.database.engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(hiring.database.engine, "before_cursor_execute", note)
    return len([statement for statement in sent if not statement.startswith("BEGIN")])


def test_the_number_of_statements_does_not_grow_with_cards_or_candidates(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "tom")
    browser = site.signed_in(hiring.people["recruiter"])
    few = statements(browser, hiring, address(hiring, "tom", "linh"))
    hiring = plan(plan(hiring, "maria", "panel", "ada", "ben"), "linh", "panel", "ada", "ben")
    for who, whom, stage in hiring.cards:
        if (who, whom, stage) != ("ada", "tom", "phone"):
            hiring.submit(who, whom, stage)

    assert statements(browser, hiring, address(hiring, "maria", "tom", "linh")) == few
    assert few <= 13


def test_while_no_rubric_is_published_there_is_nothing_to_compare(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        other = openings.create(session, recruiter, title="Other", template="retail_associate").public_id
    browser = site.signed_in(hiring.people["recruiter"])

    for query in ("", f"?candidate={'x' * 22}&candidate={'y' * 22}"):
        answer = browser.get(f"/openings/{other}/side-by-side{query}")
        assert (answer.status_code, "publish the rubric first" in answer.text) == (422, True)
