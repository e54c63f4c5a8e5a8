"""How one rates, for oneself; and the calibration of an opening, for whoever has that right."""

from __future__ import annotations

from flask import Blueprint, render_template

from reports.charts import beside, interval
from screening.blueprints.session import asks, database, viewer
from screening.policy import Action
from screening.services import profiles

bp = Blueprint("profiles", __name__, url_prefix="/openings/<opening_id>")


@bp.get("/profile")
@asks(Action.OWN_PROFILE)
def own(opening_id: str) -> str:
    with database().reading() as session:
        found = profiles.own(session, viewer(), opening_id)
    return render_template("profiles/own.html", found=found, interval=interval, beside=beside)


@bp.get("/calibration")
@asks(Action.CALIBRATE)
def calibration(opening_id: str) -> str:
    with database().reading() as session:
        found = profiles.calibration(session, viewer(), opening_id)
    return render_template("profiles/calibration.html", found=found, interval=interval, beside=beside)
