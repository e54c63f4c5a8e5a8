"""How much a request may carry: what is larger is refused (413) before anybody makes sense of it."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Flask, Request, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MEBIBYTE = 1024 * 1024
MAX_REQUEST_BYTES = 12 * MEBIBYTE
MAX_FORM_BYTES = 2 * MEBIBYTE
"""Of a form without its files."""
MAX_FORM_FIELDS = 5000

WITH_LONG_TEXTS = frozenset({"drafting.from_text"})
"""Where people paste what they have: how much of that is read its page says, with what was pasted still there."""

TOO_LARGE = (
    f"What you sent is larger than the limit of {MAX_REQUEST_BYTES // MEBIBYTE} MB, "
    f"or than {MAX_FORM_BYTES // MEBIBYTE} MB and {MAX_FORM_FIELDS:,} fields without files."
)


class _Parser(FormDataParser):
    """Counts the fields of a plain form too; as it comes, only parts of a form with files are counted."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None) -> Any:
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if body.count(b"&") >= MAX_FORM_FIELDS:
                raise RequestEntityTooLarge
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class SizedRequest(Request):
    form_data_parser_class = _Parser


def init_app(app: Flask) -> None:
    app.request_class = SizedRequest
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES, MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES, MAX_FORM_PARTS=MAX_FORM_FIELDS)
    app.before_request(_narrow)


def _narrow() -> None:
    """Only what can hold files, or long texts, may be as large as one."""
    if request.endpoint in WITH_LONG_TEXTS:
        request.max_form_memory_size = MAX_REQUEST_BYTES
    elif request.mimetype != "multipart/form-data":
        request.max_content_length = MAX_FORM_BYTES
