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
