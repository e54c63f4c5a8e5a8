"""Files to save: always as an attachment, never as a page of our own address."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any, cast

from flask import current_app, send_file
from werkzeug.wrappers import Response

from screening.blueprints.session import database, viewer
from screening.jobs import PdfRenderer
from screening.models import Opening
from screening.paths import file_name
from screening.services import comparison


def typeset(html: str, **chosen: Any) -> bytes:
    """The page as PDF, for the viewer, who has a share of what can be made at once. As `PdfRenderer.render`."""
    return cast(PdfRenderer, current_app.extensions["pdf"]).render(html, whose=viewer().public_id, **chosen)


def download(content: bytes, name: str, kind: str) -> Response:
    """`name` may hold any characters; headers carry it in both forms that browsers understand (RFC 6266)."""
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=file_name(name), max_age=0)
    response.headers["Content-Type"] = kind
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def download_in_pieces(pieces: Iterable[bytes], size: int, name: str, kind: str) -> Response:
    """The same for a file of `size` bytes that need not be in memory as a whole."""
    response = download(b"", name, kind)
    response.direct_passthrough = False
    response.response = pieces
    response.content_length = size
    return response


def note_export(opening: Opening, action: str) -> None:
    """Enter it by itself: while a table is put together nobody else has to wait with a change."""
    with database().transaction() as session:
        comparison.note_export(session, viewer(), opening, action)
