"""Commands about what is held of people: hand it out, erase it, keep it on hold, and let it go when its time is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screening.cli.common import ready_database, settings, write_private

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from screening.database import Database
    from screening.services.privacy.retention import Due
    from screening.services.privacy.subjects import Person

OUTPUT = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.group()
def person() -> None:
    """What is held about somebody: export it, erase it, put it on hold."""


@person.command()
@click.argument("person", metavar="PERSON")
@click.option("-o", "--output", type=OUTPUT, help="The ZIP file to write; person-IDENTIFIER.zip here unless given.")
def export(person: str, output: Path | None) -> None:
    """Write everything that is held about PERSON into a ZIP file, to be handed to them.

    PERSON is an e-mail address, or the identifier in the address of the person's page: of a candidate or of somebody with an account.
    """
    from screening.jobs import PdfRenderer
    from screening.paths import template_root
    from screening.services.privacy import package, subjects

    chosen = settings()
    look = package.Look(chosen.organisation, template_root(), chosen.paper)
    with ready_database() as database:
        with database.reading() as session:
            found = subjects.one(session, person)
            packed = package.of(session, found, look, with_apart=True)
        renderer = PdfRenderer(template_root(), variant=chosen.pdf)
        try:
            content = package.zipped(packed, renderer.render)
        finally:
            renderer.close()
        with database.transaction() as session:
            package.note(session, None, found)
    path = output or Path(f"person-{found.public_id}.zip")
    write_private(path, content)
    click.echo("Hand it to nobody but the person, and delete it then.", err=True)


@person.command()
@click.argument("people", metavar="PERSON...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(people: tuple[str, ...], yes: bool) -> None:
    """Erase everything that is held about each PERSON, for good.

    PERSON is an e-mail address, or the identifier in the address of the person's page. Of a candidate a mark without a word stays, for
    counts; what somebody with an account wrote in the course of work stays under another name. Each is erased whole or not at all. For
    somebody erased before, nothing is done. Backups made before still hold them: see docs/privacy.md.
    """
    from screening.services.privacy import cleaning

    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase {', '.join(people)} for good?", abort=True)
    with ready_database() as database:
        try:
            for words in people:
                with database.transaction() as session:
                    said = _erase(session, words)
                click.echo(said)
        finally:
            cleaning.clean_up_if_needed(database)


def _erase(session: Session, words: str) -> str:
    from screening.services.privacy import erasing, leaving, subjects
    from screening.services.privacy.inventory import Subject

    found = subjects.one(session, words)
    how = erasing.erase if found.kind is Subject.CANDIDATE else leaving.erase
    done = how(session, None, found.id)
    when = f"{done.at:%Y-%m-%d %H:%M} UTC"
    if done.already:
        return f"{found.public_id}: erased before, on {when}; nothing was done."
    rows = sum(count for _, count in done.rows)
    return f"{found.public_id}: erased on {when}: {rows:,} rows, {done.files:,} files, {done.lists:,} waiting lists."


@person.command()
def erased() -> None:
    """Print the identifiers of everybody who was erased, a line for each.

    Keep the list outside the database: after restoring an older backup, `screening person erase` takes them all again.
    """
    from screening.services.privacy import subjects

    with ready_database() as database, database.reading() as session:
        for public_id in subjects.erased(session):
            click.echo(public_id)


@person.command()
@click.argument("person", metavar="PERSON")
@click.option("--reason", required=True, help="Why these data must be kept. It is part of the person's record until they are erased.")
def hold(person: str, reason: str) -> None:
    """Put the candidate PERSON on legal hold: nobody can erase them before it is lifted."""
    from screening.services.privacy import holds

    _on_candidate(person, lambda session, found: holds.place(session, None, found.id, reason))
    click.echo("On hold: nothing of this person is erased before `screening person release`.")


@person.command()
@click.argument("person", metavar="PERSON")
def release(person: str) -> None:
    """Lift the legal hold of the candidate PERSON."""
    from screening.services.privacy import holds

    _on_candidate(person, lambda session, found: holds.lift(session, None, found.id))
    click.echo("The hold is lifted.")


def _on_candidate(words: str, act: Callable[[Session, Person], None]) -> None:
    from screening.services.privacy import subjects
    from screening.services.privacy.inventory import Subject

    with ready_database() as database, database.transaction() as session:
        found = subjects.one(session, words)
        if found.kind is not Subject.CANDIDATE or found.erased_at is not None:
            raise click.ClickException("that is no candidate whose data are held: only those can be put on hold.")
        act(session, found)


@person.command("clean-up")
def clean_up() -> None:
    """Overwrite what the database's files still keep of deleted rows.

    `person erase` and `retention run` do it by themselves; run it after somebody was erased on the site. Others wait meanwhile.
    """
    from screening.services.privacy import cleaning

    with ready_database() as database:
        cleaning.clean_up(database)
    click.echo("Nothing of what was deleted is left in the database's files.")


@click.group()
def retention() -> None:
    """Let go of candidates whose time is over."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say who would be erased, and erase nobody.")
@click.option("--names", is_flag=True, help="Print names too; without it the output may go into a log.")
def run(dry_run: bool, names: bool) -> None:
    """Erase all candidates whose time is over, one after another.

    It is over SCREENING_RETENTION_DAYS after the decision that ended the application (an offer or a rejection); without one, after the
    last thing that was done with it. Legal holds are respected. What is done stays done if it is interrupted: run it again.
    """
    from screening.services.privacy import cleaning

    days, count = settings().retention_days, 0
    with ready_database() as database:
        for count, one in enumerate(_whose_time_is_over(database, days, dry_run=dry_run), start=1):  # noqa: B007  (the last says how many)
            said = f" {one.name}" if names else ""
            click.echo(f"{one.public_id}{said}: last decision or activity {one.last:%Y-%m-%d}, over since {one.over:%Y-%m-%d}")
        click.echo(f"{count:,} {'candidate' if count == 1 else 'candidates'} {'would be ' if dry_run else ''}erased.", err=True)
        if not dry_run:
            cleaning.clean_up_if_needed(database)


def _whose_time_is_over(database: Database, days: int, *, dry_run: bool) -> Iterator[Due]:
    from screening.services.privacy import retention as keeping

    if not dry_run:
        yield from keeping.run(database, None, days)
        return
    with database.reading() as session:
        yield from keeping.due(session, days)


@retention.command("set")
@click.argument("opening")
@click.argument("days", type=click.IntRange(1, 36500), required=False)
def set_days(opening: str, days: int | None) -> None:
    """Keep the candidates of OPENING for DAYS; without DAYS, for as long as everywhere.

    OPENING is its exact title or the identifier in its page's address.
    """
    from reports.wording import plural
    from screening.services import choosing
    from screening.services.events import record

    with ready_database() as database, database.transaction() as session:
        found = choosing.opening(session, opening)
        found.retention_days = days
        record(session, None, "retention_set", opening_id=found.id, days=days)
    click.echo(f"{found.title}: candidates are kept for {plural(days or settings().retention_days, 'day')}.")
