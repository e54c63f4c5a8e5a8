"""Files to save: always as an attachment, never as a page of our own address."""

from __future__ import annotations

from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response


def download(content: bytes, name: str, kind: str) -> Response:
    """`name` may hold any characters; headers carry it in both forms that browsers understand (RFC 6266)."""
    safe = "".join("-" if letter in '\\/:*?"<>|' or not letter.isprintable() else letter for letter in name)
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=safe[-180:], max_age=0)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
