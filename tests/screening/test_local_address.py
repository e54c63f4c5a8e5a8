"""Where signing in may lead: to a page of this host, in whatever spelling an address comes."""

from __future__ import annotations

import pytest

from screening.forms.accounts import local_address

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/\x0d\x0aLocation: https://evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/%250d%250aLocation",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "／／evil.example",
    "/／evil.example",
    "/\u2028/evil.example",
    "/" + "a" * 2000,
    "",
)
HERE = (
    "/",
    "/me",
    "/openings/aB3_-x/compare?sort=-total&q=Anna%20Smith&hide=a,b#row",
    "/people?q=Jos%C3%A9",
    "/openings?from=https://example.org//x",
)


@pytest.mark.parametrize("there", ELSEWHERE)
def test_the_way_on_stays_on_this_host(there: str) -> None:
    assert local_address(there) == ""


@pytest.mark.parametrize("here", HERE)
def test_the_way_on_to_a_page_is_kept(here: str) -> None:
    assert local_address(here) == here
