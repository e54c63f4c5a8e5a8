"""The second factor: giving its code when signing in, and setting it up, renewing it and taking it away on one's own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import Begun, admit, asks, begin, database, half, holder, rule, sealer, settings, token, viewer
from screening.blueprints.submissions import leads_to
from screening.blueprints.tries import address, known, known_browser, look_at, page, settle
from screening.errors import Invalid, NotFound, TooMany
from screening.forms.accounts import CodeForm, ConfirmByCodeForm, PresentPasswordForm, SetUpForm, local_address
from screening.models import Account
from screening.policy import Action, Viewer
from screening.services import accounts, second_factor
from screening.services.accounts import OwnAccount
from screening.services.second_factor import SetUp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Done = TypeVar("Done")
bp = Blueprint("second_factor", __name__)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@asks(Action.VISIT)
def code() -> Response:
    after = local_address(request.values.get("next", ""))
    who = half()
    if who is None:
        return redirect(after or url_for("home.index") if g.viewer else url_for("accounts.sign_in", next=after or None), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            found = _code_taken(who, form.code.data)
        except TooMany as error:
            return page("accounts/code.html", form, error, next=after, who=who)
        except Invalid as error:
            form.refuse(error)
        else:
            if found is not None:
                account, begun = found
                begin(begun.token)
                return known(redirect(after or url_for("home.index"), 303), account)
            form.refuse(Invalid(second_factor.WRONG, field="code"))
    return page("accounts/code.html", form, next=after, who=who)


def _code_taken(who: Viewer, code: str) -> tuple[Account, Begun] | None:
    """A whole session in place of the half one, when the code was right. Raises `TooMany`."""
    with database().transaction() as session:
        tries_of = second_factor.enter(session, who, address=address(), known=known_browser())
    with database().transaction() as session:
        account = second_factor.settle(session, who, sealer(), code, tries_of=tries_of, address=address())
        return (account, admit(session, account, way=holder().way, code_given=True)) if account else None


@bp.get("/me/second-factor")
@asks(Action.USE_ACCOUNT)
def show() -> Response:
    own = _own()
    return _manage(ConfirmByCodeForm(has_password=own.has_password)) if own.has_second_factor else _start(own)


def _own() -> OwnAccount:
    """How the viewer signs in. Where the installation wants no second factors, there is nothing here for whoever has none."""
    with database().reading() as session:
        own = accounts.own_account(session, viewer())
    if not own.has_second_factor and rule().who == "off":
        raise NotFound
    return own


def _start(own: OwnAccount, form: PresentPasswordForm | None = None, closed: TooMany | None = None) -> Response:
    must = rule().demands(holder().way, administrator=viewer().is_administrator)
    return page("accounts/second_factor_start.html", form or PresentPasswordForm(has_password=own.has_password), closed, must=must)


def _manage(form: ConfirmByCodeForm, closed: TooMany | None = None) -> Response:
    with database().reading() as session:
        left = second_factor.recovery_codes_left(session, viewer().account_id)
    must = rule().demands(holder().way, administrator=viewer().is_administrator)
    return page("accounts/second_factor.html", form, closed, left=left, must=must)


@bp.post("/me/second-factor")
@asks(Action.USE_ACCOUNT)
def begin_set_up() -> Response:
    """Propose a secret to whoever confirms by the password."""
    leads_to(url_for("second_factor.show"))
    own = _own()
    if own.has_second_factor:
        return redirect(url_for("second_factor.show"), 303)
    form = PresentPasswordForm(has_password=own.has_password)
    if not form.validate_on_submit():
        return _start(own, form)
    try:
        tried = look_at(form)
    except TooMany as error:
        return _start(own, form, error)
    with database().transaction() as session:
        account = settle(session, form, tried)
    if account is None:
        return _start(own, form)
    proposal = second_factor.propose(viewer(), sealer(), token(), settings().organisation)
    return _set_up_page(SetUpForm(formdata=None, sealed=proposal.sealed), proposal)


def _set_up_page(form: SetUpForm, proposal: SetUp) -> Response:
    return page("accounts/second_factor_set_up.html", form, secret=_in_groups(proposal.secret), picture=_picture(proposal.address))


def _in_groups(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _picture(address: str) -> str:
    """The address as a QR code that is part of the page."""
    from segno import make_qr  # a quarter of a second to load, for a page that one sees once

    return str(make_qr(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))


@bp.post("/me/second-factor/on")
@asks(Action.USE_ACCOUNT)
def switch_on() -> Response | str:
    leads_to(url_for("second_factor.show"))
    _own()
    form = SetUpForm()
    try:
        proposal = second_factor.proposed(viewer(), sealer(), token(), form.sealed.data or "", settings().organisation)
        if not form.validate_on_submit():
            return _set_up_page(form, proposal)
        with database().transaction() as session:
            codes = second_factor.switch_on(session, viewer(), sealer(), proposal.secret, form.code.data)
            begun = admit(session, accounts.own(session, viewer()), way=holder().way, code_given=True)
    except Invalid as error:
        if error.field != "code":
            flash(str(error), "warning")
            return redirect(url_for("second_factor.show"), 303)
        form.refuse(error)
        return _set_up_page(form, proposal)
    begin(begun.token)
    return _codes_page(codes, first=True)


def _codes_page(codes: list[str], *, first: bool) -> str:
    """Shown in answer to the request itself: nobody can read the codes again, ourselves included."""
    return render_template("accounts/recovery_codes.html", codes=codes, first=first)


@bp.post("/me/second-factor/codes")
@asks(Action.USE_ACCOUNT)
def renew_codes() -> Response | str:
    made = _by_password_and_code(second_factor.renew_codes)
    return made if isinstance(made, Response) else _codes_page(made, first=False)


@bp.post("/me/second-factor/off")
@asks(Action.USE_ACCOUNT)
def switch_off() -> Response:
    def act(session: Session, account: Account) -> None:
        second_factor.switch_off(session, account)
        accounts.end_sessions(session, account.id, but=token())

    refused = _by_password_and_code(act)
    if refused is not None:
        return refused
    flash("Your second factor is off, and you are signed out everywhere else.", "success")
    return redirect(url_for("accounts.me"), 303)


def _by_password_and_code(act: Callable[[Session, Account], Done]) -> Done | Response:
    """What `act` gives, done once password and code were right; otherwise the page that says what was not."""
    leads_to(url_for("second_factor.show"))
    own = _own()
    if not own.has_second_factor:
        return redirect(url_for("second_factor.show"), 303)
    form = ConfirmByCodeForm(has_password=own.has_password)
    if not form.validate_on_submit():
        return _manage(form)
    try:
        tried = look_at(form)
        with database().transaction() as session:
            account = settle(session, form, tried, code=form.code.data)
            if account is not None:
                return act(session, account)
    except TooMany as error:
        return _manage(form, error)
    except Invalid as error:
        form.refuse(error)
    return _manage(form)
