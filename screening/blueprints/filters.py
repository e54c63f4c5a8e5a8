"""How values are written on pages: with the same words and decimals as on paper."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from markupsafe import Markup

from reports import wording


def init_app(app: Flask) -> None:
    app.add_template_filter(moment)
    app.add_template_filter(wording.points, "points")
    app.add_template_filter(wording.plural, "plural")


def moment(value: datetime | None) -> Markup:
    """A time element such as `3 Mar 2026, 14:30 UTC`; nothing for None."""
    if value is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(wording.iso(value), wording.stamp(value))
