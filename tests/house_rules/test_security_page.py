"""`docs/security.md` names the test behind each of its sentences, and the policy can still be broken in the ways it speaks of."""

from __future__ import annotations

import re
from pathlib import Path

from bench import mutations

ROOT = Path(__file__).resolve().parents[2]
_NAMED = re.compile(r"`((?:house_rules|reports|rubrics|screening|journeys)/test_\w+\.py)::(test_\w+)`")


def test_every_test_that_is_named_is_there() -> None:
    named = _NAMED.findall((ROOT / "docs" / "security.md").read_text())
    missing = [f"{file}::{test}" for file, test in named if f"\ndef {test}(" not in (ROOT / "tests" / file).read_text()]
    assert missing == []
    assert len(named) > 80


def test_every_way_of_breaking_the_policy_can_still_be_tried() -> None:
    """Not among the tests that are to notice it: this one would notice each."""
    places = {str(mutations.place_of(mutations.ROOT, change).relative_to(mutations.ROOT)) for change in mutations.CHANGES}
    assert places == set(mutations.FILES)
