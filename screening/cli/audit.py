"""Commands about the record of events: whether it is whole, and where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from screening.cli.common import ready_database

if TYPE_CHECKING:
    from screening.chain import Head


@click.group()
def audit() -> None:
    """Check the record of who did what."""


class _Head(click.ParamType["Head"]):
    name = "NUMBER:SEAL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        from screening.chain import Head

        try:
            return Head.read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@audit.command()
@click.option("--head", "kept", type=_Head(), help="A head that was noted earlier, as `screening audit head` printed it.")
@click.pass_context
def verify(context: click.Context, kept: Head | None) -> None:
    """Check every entry: changed, put in, removed or cut off, it is found and its number told.

    Then what is in the tables is compared with the entries: a card, a decision or the like that has none is named. Without --head a whole
    older state of the database that was put back is not noticed: keep heads on another machine. Keys that were changed since belong into
    SCREENING_FORMER_KEYS. Ends with 0 if the record is whole, with 1 if not.
    """
    from screening.services.audit import telling, verifying

    with ready_database() as database, database.reading() as session:
        verdict = verifying.verify(session, kept=kept)
    for line in telling.lines(verdict):
        click.echo(line)
    judgement = "The record is whole" if verdict.holds else "THE RECORD IS NOT WHOLE"
    click.echo(f"{verdict.entries:,} entries. {judgement}. Head: {verdict.head}")
    context.exit(0 if verdict.holds else 1)


@audit.command()
def head() -> None:
    """Print the number and the seal of the last entry, to be kept where nobody who can write to the database can write.

    For a timer, for instance: screening audit head | ssh other-machine 'cat >> screening-heads'
    """
    from screening.services.audit import telling

    with ready_database() as database, database.reading() as session:
        found = telling.head(session)
    click.echo(str(found))
