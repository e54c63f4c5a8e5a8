"""Interview kits: fetched as PDF, and brought back filled in: upload, a look at what it says, then the drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from reports.kit import InterviewKit, form_fields
from reports.kit_form import with_fields
from reports.render import KIT_STYLESHEET, kit_html
from reports.wording import NOT_ASSESSED, RECOMMENDATIONS, plural
from screening.blueprints.downloads import download, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.errors import AlreadySubmitted, Invalid, Stale
from screening.forms.kits import Brought, Keeper, TakeForm, UploadForm, said, take_form
from screening.paths import template_root
from screening.policy import Action
from screening.services import kits, queue
from screening.services.kits import KitRefused, Offer
from screening.services.scorecards import Card

bp = Blueprint("kits", __name__)
Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Look:
    """A file as the page shows it: what it offers, or why it is refused."""

    name: str
    brought: Brought | None = None
    offer: Offer | None = None
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    changed: bool = False


@bp.get("/scorecards/<scorecard_id>/kit.pdf")
@asks(Action.OWN_SCORECARD)
def printed(scorecard_id: str) -> Response:
    return _of_card(scorecard_id, fillable=False)


@bp.get("/scorecards/<scorecard_id>/kit-form.pdf")
@asks(Action.OWN_SCORECARD)
def fillable(scorecard_id: str) -> Response:
    return _of_card(scorecard_id, fillable=True)


def _of_card(scorecard_id: str, *, fillable: bool) -> Response:
    with database().reading() as session:
        kit = kits.of_card(session, viewer(), scorecard_id, organisation=settings().organisation, sealer=_sealer())
    content = _pdf(kit, fillable=fillable)
    with database().transaction() as session:
        kits.note_made(session, viewer(), scorecard_id, fillable=fillable)
    name = f"{kit.candidate} - {kit.stage}{' - to fill in' if fillable else ''}.pdf"
    return download(content, name, "application/pdf")


@bp.get("/openings/<opening_id>/kits/<key>.pdf")
@asks(Action.SEE_RUBRIC)
def blank(opening_id: str, key: str) -> Response:
    with database().reading() as session:
        kit = kits.of_stage(session, viewer(), opening_id, key, organisation=settings().organisation)
    content = _pdf(kit, fillable=False)
    with database().transaction() as session:
        kits.note_blank_made(session, viewer(), opening_id, key)
    return download(content, f"{kit.opening} - {kit.stage} - blank kit.pdf", "application/pdf")


def _pdf(kit: InterviewKit, *, fillable: bool) -> bytes:
    html = kit_html(kit, templates=template_root(), paper=settings().paper, fillable=fillable)
    if not fillable:
        return typeset(html, stylesheet=KIT_STYLESHEET)
    drawn = typeset(html, stylesheet=KIT_STYLESHEET, forms=True)
    return with_fields(drawn, form_fields(kit), kit.seal, templates=template_root())


def _sealer() -> kits.KitSeals:
    return kits.KitSeals(settings().secrets)


def _keeper() -> Keeper:
    return Keeper(settings().secrets, viewer().public_id)


@bp.route("/kits", methods=["GET", "POST"])
@asks(Action.OWN_SCORECARD)
def upload() -> Page:
    kits.require_interviewer(viewer())
    form = UploadForm()
    if not form.validate_on_submit():
        return _upload_page(form)
    try:
        looks = _read(form)
        return _review_page(looks)
    except Invalid as error:
        form.refuse(error)
        return _upload_page(form)


def _upload_page(form: UploadForm) -> Page:
    with database().reading() as session:
        cards = [card for card in queue.mine(session, viewer()) if card.state != "submitted"]
    page = render_template("kits/upload.html", form=form, cards=cards, most_files=kits.MOST_FILES)
    return (page, 422) if form.errors or form.form_errors else page


def _read(form: UploadForm) -> list[Look]:
    files = kits.unpacked((file.filename or "", file.read()) for file in form.files.data)
    readings = iter(kits.read_all([file.content for file in files if file.refusal is None]))
    with database().reading() as session:
        looks = []
        for file in files:
            read = file.refusal or next(readings)
            try:
                if isinstance(read, KitRefused):
                    raise read
                identity, card = kits.card_for(session, viewer(), read, _sealer())
            except KitRefused as refusal:
                looks.append(Look(file.name, problems=(str(refusal),)))
                continue
            looks.append(_look(Brought(file.name, identity, card.version, read.values), card))
    return _each_card_once(looks)


def _look(brought: Brought, card: Card) -> Look:
    """What the file says to the card as it is now."""
    spoken = said(kits.asked(card), brought.values)
    if spoken.problems:
        return Look(brought.name, problems=spoken.problems)
    changed = card.version != brought.version
    return Look(brought.name, replace(brought, version=card.version), kits.offer(card, spoken.content), spoken.remarks, changed=changed)


def _each_card_once(looks: Sequence[Look]) -> list[Look]:
    """Two files for one card are both refused: which of them is meant is for the person to say."""
    of_card: dict[str, list[Look]] = {}
    for look in looks:
        if look.brought:
            of_card.setdefault(look.brought.identity.scorecard, []).append(look)
    result = []
    for look in looks:
        others = [other for other in of_card[look.brought.identity.scorecard] if other is not look] if look.brought else []
        result.append(Look(look.name, problems=(str(kits.Twice(others[0].name)),)) if others else look)
    return result


def _review_page(looks: Sequence[Look], form: TakeForm | None = None, status: int = 200) -> Page:
    """What each file says. `form` has what was chosen already; without one the page is a new one."""
    offered = [look for look in looks if look.offer and look.brought]
    if form is None:
        form = take_form([look.offer for look in offered if look.offer])(formdata=None)
        form.kept.data = _keeper().keep([look.brought for look in offered if look.brought])
    page = render_template("kits/review.html", looks=looks, form=form, reasons=NOT_ASSESSED, recommendations=RECOMMENDATIONS)
    return page, 422 if status == 200 and not offered else status


@bp.post("/kits/take")
@asks(Action.OWN_SCORECARD)
def take() -> Page:
    kits.require_interviewer(viewer())
    try:
        brought = _keeper().kept(TakeForm().kept.data or "")
    except Invalid as error:
        form = UploadForm(formdata=None)
        form.refuse(error)
        return _upload_page(form)
    looks = _again(brought)
    offers = [look.offer for look in looks if look.offer]
    if any(look.problems or look.changed for look in looks):
        return _review_page(looks, status=409)
    form = take_form(offers)()
    if not form.validate():
        return _review_page(looks, form, 422)
    chosen = [offer for place, offer in enumerate(offers) if form.taken(place)]
    try:
        with database().transaction() as session:
            kits.take(session, viewer(), chosen)
    except (Stale, AlreadySubmitted):
        return _review_page(_again(brought), status=409)
    return _done(chosen)


def _again(brought: Sequence[Brought]) -> list[Look]:
    """What the files say to the cards as they are now: something may have changed since the page was shown."""
    looks = []
    with database().reading() as session:
        for one in brought:
            try:
                looks.append(_look(one, kits.card_of(session, viewer(), one.identity)))
            except KitRefused as refusal:
                looks.append(Look(one.name, problems=(str(refusal),)))
    return looks


def _done(taken: Sequence[Offer]) -> Page:
    if not taken:
        flash("Nothing was taken over. Your drafts are as they were.", "info")
        return redirect(url_for("home.index"), 303)
    if len(taken) == 1:
        flash("The draft says what your kit said. Read it through, then submit it.", "success")
        return redirect(url_for("scorecards.edit", scorecard_id=taken[0].card.public_id), 303)
    flash(f"{plural(len(taken), 'draft')} say what your kits said. Read each through, then submit it.", "success")
    return redirect(url_for("home.index"), 303)
