"""Pages to be printed, as they are handed to the typesetter: for tests that ask for every document, whatever it looks like on paper."""

from __future__ import annotations

import pytest

from screening.blueprints import kits
from tests.support.web import Site


class AsHtml:
    """Stands where the typesetter does and gives the page as it got it."""

    def render(self, page: str, **_: object) -> bytes:
        return page.encode()

    def close(self) -> None:
        pass


def leave_out(patch: pytest.MonkeyPatch, site: Site) -> None:
    patch.setattr(kits, "with_fields", lambda drawn, *_, **__: drawn)
    patch.setitem(site.app.extensions, "pdf", AsHtml())
