"""What candidates say of their groups stays apart: two modules name it, and no page of the hiring flow changes by a byte for it.

A third way leads to it through the inventory of personal data, which names every table: for the person's own file, made by the command, and
for an erasure. What an administrator sees of either on the site is asked here too.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import screening
from screening.database import Database
from screening.services import candidates
from tests.screening.test_blindness import _TOKEN, pages
from tests.support import groups_round as groups
from tests.support.hiring_round import HiringRound, data_rights_of, viewer_of
from tests.support.web import Site

ROOT = Path(screening.__file__).parents[1]
HOME = {"screening/models/__init__.py", "screening/models/demographics.py"}
TABLES = {"screening/migrations/versions/0002_panel_numbers.py", "screening/migrations/versions/0006_privacy.py"}
READERS = {"screening/services/demographics.py", "screening/services/impact.py"}
USERS = {"screening/blueprints/impact.py", "screening/demo/groups.py", "screening/cli/limits.py"}
WHOLE = {"screening/services/privacy/inventory.py"}
"""Names every table there is: what people said of themselves is handed out to them alone, and goes when they are erased."""
MODULES = {"screening.services.demographics", "screening.services.impact", "screening.models.demographics"}


def sources() -> list[tuple[str, ast.Module]]:
    """Every module in which the word stands at all."""
    found = [path for folder in ("rubrics", "reports", "screening") for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}
    return [(name, ast.parse(text)) for name, text in texts.items() if re.search("demographic|impact", text, re.IGNORECASE)]


def names(tree: ast.Module) -> set[str]:
    """Everything that the code names, and every word of its texts, statements in SQL among them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(re.findall(r"\w+", node.value))
    return found


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update({str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


def test_only_two_modules_name_the_groups() -> None:
    trees = sources()
    assert {path for path, tree in trees if "Demographic" in names(tree)} == HOME | READERS
    assert {path for path, tree in trees if "demographics" in names(tree)} <= HOME | TABLES | READERS | USERS | WHOLE
    assert {path for path, tree in trees if imported(tree) & MODULES} == {
        "screening/models/__init__.py",
        "screening/services/impact.py",
    } | USERS


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is shown comes from the same statements on both databases."""
    return sqlite_database


def addresses(hiring: HiringRound, who: str) -> list[str]:
    # A PDF has the time of its making in it; what it says comes from the same services as the pages.
    found = [path for path in pages(hiring) if not path.endswith(".pdf")]
    opening = f"/openings/{hiring.opening}"
    found += [f"{opening}/team", f"{opening}/settings", f"{opening}/import", f"{opening}/rubric", "/people", "/me"]
    if who == "admin":
        people = [data_rights_of(hiring, name) for name in ("maria", "green", "blue")]
        people += [f"/data-rights/accounts/{hiring.people[name]}" for name in ("ivo", "recruiter")]
        found += ["/data-rights", "/data-rights/retention", *(f"{one}{part}" for one in people for part in ("", "/erase"))]
    return found


def with_namesakes(hiring: HiringRound) -> HiringRound:
    """Candidates who are called like the groups."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        added = {name: candidates.add(session, recruiter, hiring.opening, candidates.Details(name)) for name in ("green", "blue")}
        ids = {name: application.public_id for name, application in added.items()}
    return replace(hiring, candidates={**hiring.candidates, **ids})


@pytest.mark.parametrize("who", ["admin", "recruiter", "manager", "ada", "ben", "cleo", "stranger"])
def test_no_page_of_anybody_else_changes_by_a_byte(site: Site, hiring: HiringRound, who: str) -> None:
    groups.build(hiring)
    hiring = with_namesakes(hiring)
    hiring.submit("ben", "maria", spoken_communication=1, composure=5)
    browser, paths = site.signed_in(hiring.people[who]), addresses(hiring, who)

    def seen() -> dict[str, tuple[int, str]]:
        answers = {path: browser.get(path) for path in paths}
        return {path: (answer.status_code, _TOKEN.sub("", answer.text)) for path, answer in answers.items()}

    before = seen()
    assert [path for path in paths if path.startswith("/data-rights") and before[path][0] != 200] == []
    groups.bring_in(hiring, groups.listed({"blue-0": "green", "blue-1": "green"}))
    assert seen() == before
