"""Commands that run the site, or look at what it is made of."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from screening.cli.common import open_database, ready_database, settings

if TYPE_CHECKING:
    from screening.config import Settings

PORT = 8000
TRIES = 20


@click.command()
@click.option("--no-serve", is_flag=True, help="Make the round, print the address of its database, and stop.")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Serve at this port.  [default: {PORT}, or the next free one]")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the round's own database is kept.")
@click.option("--scenario", type=click.Choice(["standard"]), default="standard", show_default=True, help="Which round to make.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number gives other ratings and words.")
@click.option("--keep", is_flag=True, help="Go on with the round of last time instead of making a fresh one.")
def demo(no_serve: bool, port: int | None, folder: Path | None, scenario: str, seed: int, keep: bool) -> None:
    """Look around in a made-up hiring round, half way through.

    Everybody in it is invented, and you can be any of them without a password. It lives in a database of its own, is served to this
    machine only, and is made afresh at each start.
    """
    from screening.config import default_data_folder
    from screening.demo import place

    folder = folder or default_data_folder(os.environ) / "demo"
    with place.reserved(folder):
        # A key that is set is used, so that other commands with that key know whose seals the record carries.
        secret = os.environ.get("SCREENING_SECRET_KEY") or place.key(folder)
        if no_serve:
            click.echo(place.made(folder, secret=secret, seed=seed, keep=keep))
            return
        found = _free_port(port)
        database_url = place.made(folder, secret=secret, seed=seed, keep=keep)
        _run(_demo_settings(database_url, secret, found), "A hiring round to look around in: {address}  (Ctrl-C stops it)")


def _free_port(wanted: int | None) -> int:
    from screening import server

    for port in [wanted] if wanted else range(PORT, PORT + TRIES):
        if server.is_free(f"127.0.0.1:{port}"):
            return port
    raise server.AddressTaken(f"127.0.0.1:{wanted or PORT}")


def _demo_settings(database_url: str, secret: str, port: int) -> Settings:
    from screening.config import from_environment
    from screening.demo.people import ORGANISATION

    return from_environment(
        {
            "SCREENING_DATABASE_URL": database_url,
            "SCREENING_SECRET_KEY": secret,
            "SCREENING_DEMO": "1",
            "SCREENING_BIND": f"127.0.0.1:{port}",
            "SCREENING_ORGANISATION": ORGANISATION,
            "SCREENING_WORKERS": "1",
            "SCREENING_PAPER": os.environ.get("SCREENING_PAPER", "A4"),
            "SCREENING_PDF": os.environ.get("SCREENING_PDF", "UA-1"),
        }
    )


def _run(chosen: Settings, message: str) -> None:
    from screening.errors import ScreeningError

    try:
        from screening import server
    except ImportError as error:
        raise ScreeningError(
            f"The application server does not run on this system ({error}). Use Linux, macOS or the container image."
        ) from None
    server.run(chosen, ready=lambda: click.echo(message.format(address=chosen.base_url)))


@click.command()
def serve() -> None:
    """Serve the site at SCREENING_BIND until Ctrl-C or SIGTERM.

    Requests under way are finished first. For others to reach it, put a reverse proxy with https in front of it, and set
    SCREENING_BASE_URL to the address people use and SCREENING_PROXIES to 1.
    """
    _run(settings(), "Serving at {address}  (Ctrl-C stops it)")


@click.command()
def work() -> None:
    """Make packs and large exports here, until Ctrl-C or SIGTERM.

    `screening serve` does this beside serving. On a machine that is for this alone, run this with the settings of the others; on machines
    that shall not do it, set SCREENING_BACKGROUND to 0.
    """
    from screening.background import worker

    with ready_database():
        pass
    worker.work(settings())


@click.command()
def migrate() -> None:
    """Make the tables, or bring them up to date: all of it or nothing. Take a backup first."""
    from screening import schema

    with open_database() as database:
        schema.upgrade(database)
    click.echo("The tables are up to date.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def routes(as_json: bool) -> None:
    """List every address of the site, and who may ask for it. Needs neither settings nor a database."""
    rows = _routes()
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{','.join(row['methods']):9} {row['rule']}  [{', '.join(row['roles'])}]")


def _routes() -> list[dict[str, Any]]:
    import secrets

    from screening.blueprints.session import action_of
    from screening.config import Settings
    from screening.database import Database
    from screening.policy import RULES, Role
    from screening.web import build

    app = build(Settings(database_url="sqlite://", secret_key=secrets.token_hex(32)), Database("sqlite://"))
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        action = action_of(app, rule.endpoint)
        rows.append(
            {
                "rule": rule.rule,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
                "action": str(action) if action else None,
                # Without an action there are only the style sheets, scripts and fonts.
                "roles": sorted(RULES[action]) if action else [str(Role.EVERYBODY)],
            }
        )
    return rows
