"""Text is data: what looks like a script stands in every field, and every page of three people is opened in a real browser."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Live, Opener
from tests.support import rich_round
from tests.support.crawl import Found, every_form, everything, walk
from tests.support.forms import PageForm, forms

MARK = "MARK"
PAYLOADS = (
    f'{MARK}"><img src=x onerror=alert(1)><script>window.hit=1</script>',
    f"{MARK}'--></title></textarea></style></script><svg onload=alert(1)>",
    f"{MARK}<iframe srcdoc='<script>parent.hit=1</script>'></iframe>{{{{7*7}}}}",
)
MORE = {
    "/openings/new": {"start": "template:customer_service_representative"},
    "/candidates/<application_id>/decisions": {"kind": "hold"},
    "/candidates/<application_id>/debrief/finals": {"composure-level": "3"},
    "/openings/<opening_id>/rubric": {"do": "publish", "find": ""},
    "/openings/<opening_id>/rubric/criteria/<key>": {"do": "save"},
    "/openings/<opening_id>/rubric/stages/<key>": {"do": "save"},
    "/scorecards/<scorecard_id>": {"do": "submit", "recommendation": "yes", "rating_composure": "3", "rating_spoken_communication": "4"},
}
LAST = ("/openings/<opening_id>/rubric", "/scorecards/<scorecard_id>", "/decisions/<decision_id>/undo")
"""Forms after which others are gone, or no longer what they were."""
WATCH = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (event) => window.complaints.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
INJECTED = "img[src='x'], [onerror], [onload], iframe, svg[onload], script:not([src])"


def payload(name: str, most: int) -> str:
    if name == "email":
        return "mark+img@example.org"
    chosen = PAYLOADS[len(name) % len(PAYLOADS)]
    return chosen if len(chosen) <= most else chosen[:most]


def send(live: Live, found: Found) -> int:
    """The form as its page has it now, with the payload in every field for text."""
    browser = live.site.signed_in(live.hiring.people[found.person])
    answer = browser.get(found.page)
    form = next((one for one in forms(answer.text, found.page) if (one.action, one.kinds) == (found.form.action, found.form.kinds)), None)
    if form is None:
        return 0
    typed: dict[str, object] = {name: payload(name, most) for name, most in form.maxlength.items() if form.kinds[name] != "password"}
    return form.send(browser, **{**typed, **_files(form), **MORE.get(found.rule, {})}).status_code


def _files(form: PageForm) -> dict[str, object]:
    content = f'name,"{PAYLOADS[0].replace(chr(34), chr(34) * 2)}"\nSomebody <b>New</b>,"<i>x"\n'.encode()
    return {name: (io.BytesIO(content), f"{PAYLOADS[1]}.csv".replace("/", "")) for name, kind in form.kinds.items() if kind == "file"}


def planted(live: Live) -> rich_round.Rich:
    rich = rich_round.fill(live.hiring)
    found = [form for form in every_form(live.site.app, everything(live.site, live.hiring, rich.starts)) if form.person and form.form.kinds]
    found = [one for one in found if one.form.maxlength or "file" in one.form.kinds.values()]
    statuses = {str(one): send(live, one) for one in sorted(found, key=lambda one: one.rule in LAST)}
    assert sum(status in (200, 303) for status in statuses.values()) >= 15, statuses
    return rich


def problems(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.complaints")
    found += page.eval_on_selector_all(INJECTED, "nodes => nodes.map((node) => node.outerHTML.slice(0, 200))")
    return [*found, *(["window.hit"] if page.evaluate("window.hit !== undefined") else [])]


@pytest.mark.long
def test_what_looks_like_a_script_is_a_text_on_every_page(open_as: Opener, live: Live) -> None:
    rich = planted(live)
    wrong, marked, dialogs = {}, 0, []
    for person in ("recruiter", "ada", "admin"):
        browser = live.site.signed_in(live.hiring.people[person])
        answers = walk(browser, "/", *rich.starts.get(person, ()))
        addresses = [address for address, answer in answers if answer.status_code == 200 and answer.mimetype == "text/html"]
        page = open_as(person)
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            marked += len(re.findall(MARK, page.content())) > 0
            if found := problems(page):
                wrong[person, address] = found
    assert (wrong, dialogs) == ({}, [])
    assert marked > 25
