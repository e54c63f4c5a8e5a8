"""What somebody is handed: their data as JSON, and for candidates the own copy of each application as PDF, in one ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.editions import Edition, document_name
from reports.render import summary_html
from screening.clock import now
from screening.errors import Invalid
from screening.models import ERASED_TOO, Account, Application, Candidate
from screening.paths import file_name
from screening.services import reporting
from screening.services.events import record
from screening.services.privacy import exporting
from screening.services.privacy.inventory import Subject
from screening.services.privacy.subjects import Person

EXPORTED = {Subject.CANDIDATE: "person_exported", Subject.ACCOUNT: "account_exported"}


@dataclass(frozen=True, slots=True)
class Package:
    """The data, the pages that are still to be typeset, each with its file's name, and what is kept apart, if it belongs into this one."""

    data: bytes
    pages: tuple[tuple[str, str], ...]
    apart: bytes = b""


@dataclass(frozen=True, slots=True)
class Look:
    """How papers look here."""

    organisation: str
    templates: Path
    paper: Literal["a4", "letter"]


def of(session: Session, person: Person, look: Look, *, with_apart: bool = False) -> Package:
    """`with_apart`: for the command alone. On the site nobody sees what candidates said of themselves, and least of all beside scores."""
    if person.kind is Subject.ACCOUNT:
        account = session.get_one(Account, person.id)
        return Package(exporting.as_json(exporting.of_account(session, account, look.organisation)), ())
    candidate = session.scalars(select(Candidate).where(Candidate.id == person.id), execution_options=dict(ERASED_TOO)).one()
    data = exporting.as_json(exporting.of_candidate(session, candidate, look.organisation))
    found = exporting.apart(session, candidate) if with_apart else {}
    return Package(data, tuple(_pages(session, candidate, look)), exporting.as_json(found) if found else b"")


def _pages(session: Session, candidate: Candidate, look: Look) -> Sequence[tuple[str, str]]:
    found = []
    for application in session.scalars(select(Application).where(Application.candidate_id == candidate.id).order_by(Application.id)):
        try:
            document = reporting.summary_for_command(session, application, organisation=look.organisation, edition=Edition.OWN)
        except Invalid:
            continue  # an opening without a published rubric has no summary, and nothing that one would show
        name = document_name(Edition.OWN, candidate=document.candidate, opening=document.opening, application_id=application.public_id)
        found.append((f"{name}.pdf", summary_html(document, templates=look.templates, paper=look.paper)))
    return found


def zipped(package: Package, typeset: Callable[[str], bytes]) -> bytes:
    """The whole as a ZIP. Typesetting takes its time: call it outside any transaction."""
    file, stamp = io.BytesIO(), now().timetuple()[:6]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("data.json", stamp), package.data)
        if package.apart:
            archive.writestr(zipfile.ZipInfo("said-of-yourself.json", stamp), package.apart)
        for place, (name, html) in enumerate(package.pages, start=1):
            archive.writestr(zipfile.ZipInfo(file_name(f"{place} {name}"), stamp), typeset(html))
    return file.getvalue()


def note(session: Session, actor: int | None, person: Person) -> None:
    """Write into the log that the data were handed out."""
    if person.kind is Subject.ACCOUNT:
        record(session, actor, EXPORTED[person.kind], account=person.public_id)
        return
    applications = select(Application).where(Application.candidate_id == person.id).order_by(Application.id)
    for application in session.scalars(applications, execution_options=dict(ERASED_TOO)):
        record(session, actor, EXPORTED[person.kind], opening_id=application.opening_id, application_id=application.id)
