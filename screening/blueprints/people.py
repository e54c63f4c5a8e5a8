"""People: who has an account, inviting somebody, one-time links, rights in the installation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, settings, viewer
from screening.blueprints.submissions import leads_to
from screening.clock import now
from screening.errors import Invalid, Stale
from screening.forms.people import InviteForm, RightsForm
from screening.models import Account
from screening.policy import Action
from screening.services import people
from screening.services.accounts import LINK_LIFE

bp = Blueprint("people", __name__, url_prefix="/people")
Page = str | tuple[str, int] | Response


@bp.get("")
@asks(Action.MANAGE_PEOPLE)
def index() -> str:
    with database().reading() as session:
        everybody = people.everybody(session, viewer())
    return render_template("people/index.html", everybody=everybody)


@bp.route("/invite", methods=["GET", "POST"])
@asks(Action.MANAGE_PEOPLE)
def invite() -> Page:
    people.require_manage(viewer())
    form = InviteForm()
    if form.validate_on_submit():
        leads_to(url_for("people.index"))
        try:
            with database().transaction() as session:
                account, code = people.invite(
                    session,
                    viewer(),
                    email=form.email.data,
                    name=form.name.data,
                    administrator=form.administrator.data,
                    may_open=form.may_open.data,
                )
        except Invalid as error:
            form.refuse(error)
        else:
            return _link_page(account, code)
    page = render_template("people/invite.html", form=form)
    return (page, 422) if form.errors else page


@bp.post("/<account_id>/link")
@asks(Action.MANAGE_PEOPLE)
def link(account_id: str) -> Page:
    leads_to(url_for("people.rights", account_id=account_id))
    with database().transaction() as session:
        account, code = people.link_for(session, viewer(), account_id)
    return _link_page(account, code)


@bp.post("/<account_id>/second-factor/reset")
@asks(Action.MANAGE_PEOPLE)
def reset_second_factor(account_id: str) -> Response:
    with database().transaction() as session:
        people.reset_second_factor(session, viewer(), account_id)
    flash("The second factor is off, and all sessions of this account have ended.", "success")
    return redirect(url_for("people.rights", account_id=account_id), 303)


def _link_page(account: Account, code: str) -> str:
    """Shown in answer to the request itself: a page of its own would need the link in its address, or stored readable."""
    # Never from the Host header: whoever sends that could have the link point to another machine.
    address = settings().base_url + url_for("accounts.link", code=code)
    return render_template("people/link.html", account=account, address=address, until=now() + LINK_LIFE)


@bp.route("/<account_id>", methods=["GET", "POST"])
@asks(Action.MANAGE_PEOPLE)
def rights(account_id: str) -> Page:
    with database().reading() as session:
        account, places = people.person(session, viewer(), account_id)
    form, status = RightsForm.of(account), 422
    if form.validate_on_submit():
        try:
            return _changed(account_id, form)
        except Stale as error:
            form.refuse(Invalid(f"{error} What you ticked is shown; saving again makes it count."))
            form.version.data, status = people.Rights.of(account).version, 409
        except Invalid as error:
            form.refuse(error)
    page = render_template("people/rights.html", form=form, account=account, places=places)
    return (page, status) if form.errors else page


def _changed(account_id: str, form: RightsForm) -> Response:
    with database().transaction() as session:
        account = people.set_rights(session, viewer(), account_id, form.rights(), version=form.version.data)
        alone = [] if account.is_active else people.left_without_recruiter(session, account)
    flash("What this person may do is saved.", "success")
    if alone:
        flash(f"No recruiter is left in: {', '.join(alone)}. Give somebody else that hat.", "warning")
    stays = account.is_administrator or account.public_id != viewer().public_id
    return redirect(url_for("people.index" if stays else "home.index"), 303)
