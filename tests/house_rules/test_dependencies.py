"""What is imported is what is asked for: a package that stands in this environment by chance is missing on a fresh machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
OURS = {"screening", "rubrics", "reports", "tests", "bench"}
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
PROVIDERS = packages_distributions()


def _names(requirements: list[str]) -> set[str]:
    return {_plain(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def _plain(name: str) -> str:
    """One distribution's name as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


TO_RUN = _names(PYPROJECT["project"]["dependencies"])
TO_WORK_ON = TO_RUN | _names(PYPROJECT["dependency-groups"]["dev"])


def _imported(folder: str) -> dict[str, str]:
    """Each foreign top-level module of the code in a folder, with one file that imports it."""
    found: dict[str, str] = {}
    for path in sorted((HOUSE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                modules = [node.module]
            for module in modules:
                found.setdefault(module.partition(".")[0], str(path.relative_to(HOUSE)))
    return {module: path for module, path in found.items() if module not in OURS | sys.stdlib_module_names}


@pytest.mark.parametrize(
    ("folder", "asked"),
    [("screening", TO_RUN), ("rubrics", TO_RUN), ("reports", TO_RUN), ("tests", TO_WORK_ON), ("bench", TO_WORK_ON)],
)
def test_every_imported_package_is_asked_for_in_pyproject(folder: str, asked: set[str]) -> None:
    imported = _imported(folder)
    assert imported, "nothing was read"
    missing = {
        module: path
        for module, path in imported.items()
        if not {_plain(distribution) for distribution in PROVIDERS.get(module, [module])} & asked
    }
    assert missing == {}


def test_every_package_asked_for_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==", (HOUSE / "requirements.lock").read_text(), re.MULTILINE))
    assert TO_WORK_ON - {_plain(name) for name in locked} == set()


def test_what_is_installed_is_locked_to_one_version_with_its_hashes() -> None:
    locks = [_locked(HOUSE / name) for name in ("requirements.lock", "requirements-run.lock")]
    for lock in locks:
        assert [name for name, (_, hashes) in lock.items() if not hashes] == []
    to_work_on, to_run = locks
    assert set(to_run) > {"flask", "weasyprint", "sqlalchemy"}
    assert {name: locked for name, locked in to_run.items() if to_work_on.get(name) != locked} == {}
    assert {name: to_run[name][0] for name, least in LEAST.items() if _numbers(to_run[name][0]) < _numbers(least)} == {}


LEAST = {"weasyprint": "70.0", "flask": "3.1.3", "werkzeug": "3.1.6", "jinja2": "3.1.6", "gunicorn": "23"}
"""Older ones have known weaknesses that matter here."""


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _locked(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of each package of a lock file."""
    found = {}
    for entry in re.split(r"\n(?=\S)", path.read_text().replace("\\\n", "")):
        if asked := re.match(r"([a-z0-9.-]+)(?:\[[^]]*\])?==([^\s;]+)", entry):
            found[asked[1]] = asked[2], frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
    return found
