"""Commands about decision dossiers: making one, and checking one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screening.cli.common import ready_database, settings, write_private

if TYPE_CHECKING:
    from reports.dossier.document import Dossier
    from reports.dossier.verifying import Reprint, Verdict
    from reports.fit import Paper
    from reports.pdf_worker import Variant

INPUT = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
FOLDER = click.Path(path_type=Path, file_okay=False)
MOST_READ = 101_000_000
SECONDS = 180
"""For one document: at the command line nobody else waits for it."""
SIGNS = {"holds": "✓", "fails": "✗", "open": "–"}


@click.command()
@click.argument("candidate")
@click.option("-o", "--output", type=FOLDER, required=True, help="The folder to write to; it is made if it is not there.")
@click.option("--opening", help="The opening's exact title or identifier, for somebody who is in several.")
def dossier(candidate: str, output: Path, opening: str | None) -> None:
    """Write the decision dossier of CANDIDATE, as PDF and as the JSON file that belongs to it.

    CANDIDATE is the exact name, or the identifier in the address of the candidate's page. The dossier is the whole record and names
    everybody. `screening verify` checks it.
    """
    from reports.dossier.sealing import file_of
    from screening.services import choosing, dossiers

    chosen = settings()
    with ready_database() as database:
        with database.reading() as session:
            within = choosing.opening(session, opening) if opening else None
            application_id = choosing.application(session, candidate, within).public_id
        with database.reading() as session:
            made = dossiers.gather_for_command(session, application_id, organisation=chosen.organisation)
        with _printer(chosen.pdf) as reprint:
            contents = {"pdf": reprint(made, chosen.paper), "json": file_of(made, chosen.secret_key)}
        output.mkdir(parents=True, exist_ok=True)
        for ending, content in contents.items():
            write_private(output / f"dossier-{application_id}.{ending}", content)
        with database.transaction() as session:
            for ending in contents:
                dossiers.note_made(session, None, made, ending)


@contextmanager
def _printer(variant: Variant = "ua-1") -> Iterator[Reprint]:
    """Prints dossiers in a process of their own, for as long as the block lasts."""
    from reports.render import DOSSIER_STYLESHEET, dossier_html
    from screening.jobs import PdfRenderer
    from screening.paths import template_root

    renderer = PdfRenderer(template_root(), seconds=SECONDS, variant=variant)

    def reprint(made: Dossier, paper: Paper) -> bytes:
        return renderer.render(dossier_html(made, templates=template_root(), paper=paper), stylesheet=DOSSIER_STYLESHEET)

    try:
        yield reprint
    finally:
        renderer.close()


@click.command()
@click.argument("file", metavar="DOSSIER.json", type=INPUT)
@click.option("--pdf", type=INPUT, help="The dossier's PDF: must print the same digest and say the same.")
@click.option("--without-seal", is_flag=True, help="Leave the seal aside, for a dossier from another installation.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for another program.")
@click.pass_context
def verify(context: click.Context, file: Path, pdf: Path | None, without_seal: bool, as_json: bool) -> None:
    """Check a decision dossier: that nothing in it was changed, and that every number follows from its ratings.

    Needs no server and no database. Where SCREENING_SECRET_KEY is set the seal is checked with it; SCREENING_FORMER_KEYS may hold earlier
    ones, with spaces between them. Ends with 0 if everything that could be checked holds, with 1 if something does not.
    """
    from reports.dossier.verifying import verify as check
    from screening.config import seal_keys
    from screening.services.dossiers import SOFTWARE

    secrets = None if without_seal else seal_keys(os.environ)
    with _printer() as reprint:
        verdict = check(_bytes(file), secrets=secrets, pdf=None if pdf is None else _bytes(pdf), reprint=reprint, here=SOFTWARE.version)
    if as_json:
        click.echo(json.dumps(verdict.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_page(verdict)))
    context.exit(0 if verdict.holds else 1)


def _bytes(path: Path) -> bytes:
    """The file, or so much of it that it is refused for its size."""
    with path.open("rb") as opened:
        return opened.read(MOST_READ)


def _page(verdict: Verdict) -> Iterator[str]:
    if verdict.about:
        yield verdict.about
    if verdict.digest:
        groups = [verdict.digest[at : at + 4] for at in range(0, len(verdict.digest), 4)]
        yield from ("SHA-256  " + " ".join(groups[:8]), "         " + " ".join(groups[8:]))
    yield ""
    for finding in verdict.findings:
        first, *more = finding.words.splitlines()
        yield f"{SIGNS[finding.state]} {first}"
        yield from (f"  {line}" for line in more)
    yield ""
    yield _conclusion(verdict.failed)


def _conclusion(failed: Sequence[str]) -> str:
    if not failed:
        return "Everything that could be checked holds. Compare the SHA-256 above with the one on paper."
    if tuple(failed) == ("seal",):
        return "Only the seal fails. If the file comes from another installation, check it with --without-seal; if not, do not rely on it."
    return f"This dossier cannot be relied on: {len(failed)} of the checks failed ({', '.join(failed)})."
