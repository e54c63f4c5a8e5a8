"""Commands for whoever looks after an installation: backups, and what is wrong with it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screening.cli.common import open_database, settings

if TYPE_CHECKING:
    from screening.operations.restoring import Checked

FILE = click.Path(path_type=Path, dir_okay=False)
SIGNS = {"ok": "ok", "advice": "advice", "problem": "PROBLEM"}
THERE = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything in the database to FILE, as of this moment, while the site is in use.

    The file holds personal data: keep it where only few can read it. The secret key is not in it; keep that elsewhere. Sessions, one-time
    links and failed sign-ins are left out.
    """
    from screening.operations import backup as backups

    chosen = settings()
    with open_database() as database:
        manifest = backups.make(database, file, secret=chosen.secret_key)
    click.echo(f"{file}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=THERE)
@click.option("--force", is_flag=True, help="Replace everything that is in the database now.")
@click.option("--check", is_flag=True, help="Only say whether the backup is whole; touches no database.")
def restore(file: Path, force: bool, check: bool) -> None:
    """Put the backup in FILE into an empty database: all of it, or nothing. Stop the services first.

    It may come from SQLite and go to PostgreSQL, and the other way round. Every byte of it is checked before anything is done. An older
    backup is brought up to date.
    """
    from screening.config import seal_keys
    from screening.operations import restoring

    chosen, secrets = settings(), seal_keys(os.environ)
    if check:
        click.echo(_described(file, restoring.check(file, secrets=secrets)))
        return
    with open_database() as database:
        checked = restoring.restore(database, file, secrets=secrets, force=force)
    click.echo(f"Restored. {_described(file, checked)}\nEverybody has to sign in again at {chosen.base_url}.")
    if checked.back:
        click.echo("These were erased after the backup was made, and are back. For each run: screening person erase IDENTIFIER", err=True)
        click.echo("\n".join(checked.back), err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what is wrong with this installation, and how to mend it.

    Run it as the user and with the settings of the services. Changes nothing. Ends with 1 if there is a problem; advice is none.
    """
    from screening.operations.doctor import examine

    findings = list(examine(os.environ))
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not problems, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{SIGNS[finding.state]:8} {finding.about}: {finding.words}")
        click.echo(f"\n{problems} problems." if problems > 1 else "\n1 problem." if problems else "\nNothing is wrong.")
    context.exit(1 if problems else 0)


def _described(file: Path, checked: Checked) -> str:
    manifest = checked.manifest
    if not checked.is_sealed:
        click.echo(
            f"{file} was made with another secret key than this installation's, so nobody can tell here whether it was changed since. "
            "If you have that key, put it into SCREENING_FORMER_KEYS: what was sealed with it can be checked and read then.",
            err=True,
        )
    return (
        f"{file} is whole: {manifest.rows:,} rows of {len(manifest.tables)} tables, made at "
        f"{manifest.made_at[:19].replace('T', ' ')} UTC by Screening {manifest.program}."
    )
