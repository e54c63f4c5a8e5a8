"""Commands about what is recorded: candidates in, ratings and summaries out."""

from __future__ import annotations

from pathlib import Path

import click

from reports.editions import Edition
from screening.cli.common import ready_database, settings, write_private

INPUT = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
OUTPUT = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.group()
def candidates() -> None:
    """Bring candidates in."""


@candidates.command("import")
@click.argument("opening")
@click.argument("file", type=INPUT)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def import_file(opening: str, file: Path, dry_run: bool) -> None:
    """Add the candidates of a CSV or XLSX FILE to OPENING, all of them or none.

    OPENING is its exact title or the identifier in its page's address. Columns are recognised by their names; candidates who are in the
    opening already are left out.
    """
    from screening.services import choosing, importing

    with ready_database() as database:
        context = database.reading() if dry_run else database.transaction()
        with context as session:
            found = choosing.opening(session, opening)
            outcome = importing.import_file(session, found, file.read_bytes(), file.name, None)
            title = found.title
    if outcome.problems:
        for problem in outcome.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"nothing was added: mend the {_count(len(outcome.problems), 'thing')} above, then import again.")
    left_out = f"; {_count(len(outcome.repeats), 'candidate')} left out, in the opening already" if outcome.repeats else ""
    verb = "would be added" if dry_run else "added"
    click.echo(f"{_count(outcome.added, 'candidate')} {verb} to “{title}”{left_out}.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@click.group()
def ratings() -> None:
    """Take ratings out."""


@ratings.command()
@click.argument("opening")
@click.option("-o", "--output", type=OUTPUT, help="Write to this file instead of the terminal.")
@click.option("--all-versions", is_flag=True, help="Every submitted version of every card, not only those that count.")
@click.option("--xlsx", is_flag=True, help="As a workbook; needs --output.")
def export(opening: str, output: Path | None, all_versions: bool, xlsx: bool) -> None:
    """Write every single rating of OPENING, a row for each, as CSV or XLSX.

    OPENING is its exact title or the identifier in its page's address.
    """
    from reports.exports import long_csv, long_header, long_rows, to_xlsx
    from screening.services import choosing, comparison
    from screening.services.events import record

    xlsx = xlsx or (output is not None and output.suffix.lower() == ".xlsx")
    if xlsx and output is None:
        raise click.UsageError("--xlsx needs --output FILE: a workbook cannot be shown in the terminal.")
    with ready_database() as database, database.transaction() as session:
        found = choosing.opening(session, opening)
        cards = comparison.all_ratings(session, found)
        record(session, None, "ratings_exported", opening_id=found.id)
    if xlsx:
        content = to_xlsx(long_header(all_versions), long_rows(cards, all_versions=all_versions), title="Ratings")
    else:
        content = long_csv(cards, all_versions=all_versions)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_private(output, content)


@click.command()
@click.argument("candidate")
@click.option("-o", "--output", type=OUTPUT, required=True, help="The PDF file to write.")
@click.option("--opening", help="The opening's exact title or identifier, for somebody who is in several.")
@click.option(
    "--edition",
    type=click.Choice([edition.value for edition in Edition]),
    default="full",
    show_default=True,
    help="For which reader: who rated what; the same without names; the candidate's own copy; a records request, with names replaced.",
)
def summary(candidate: str, output: Path, opening: str | None, edition: str) -> None:
    """Write the summary of CANDIDATE as PDF.

    CANDIDATE is the exact name, or the identifier in the address of the candidate's page. Replacing names cannot find what the software
    does not know: read a paper for a records request before you release it.
    """
    from reports.render import summary_html
    from screening.jobs import PdfRenderer
    from screening.paths import template_root
    from screening.services import choosing, reporting

    chosen = settings()
    with ready_database() as database, database.transaction() as session:
        within = choosing.opening(session, opening) if opening else None
        application = choosing.application(session, candidate, within)
        document = reporting.summary_for_command(session, application, organisation=chosen.organisation, edition=Edition(edition))
        reporting.note_summary(session, None, application, document.edition)
    html = summary_html(document, templates=template_root(), paper=chosen.paper)
    renderer = PdfRenderer(template_root(), variant=chosen.pdf)
    try:
        content = renderer.render(html)
    finally:
        renderer.close()
    write_private(output, content)
