"""Commands about accounts: for the first administrator, and for whoever is locked out."""

from __future__ import annotations

import click

from screening.cli.common import ready_database, settings


@click.group()
def user() -> None:
    """Add an account, make a new one-time link for one, or let somebody in who lost their second factor."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that others see.")
@click.option("--administrator", is_flag=True, help="May add people, change what they may do, and read the log.")
@click.option("--may-open", is_flag=True, help="May create openings.")
def add(email: str, name: str, administrator: bool, may_open: bool) -> None:
    """Add an account and print the one-time link with which its owner chooses a password."""
    from screening.services import accounts

    _check(email, name)
    with ready_database() as database, database.transaction() as session:
        account = accounts.create_account(session, None, email=email, name=name, administrator=administrator, may_open=may_open)
        code = accounts.new_link(session, None, account, "invitation")
    _print(code)


@user.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for an account: the last one is lost or too old, or the password is forgotten."""
    from screening.services import accounts, choosing

    with ready_database() as database, database.transaction() as session:
        account = choosing.account(session, email)
        code = accounts.new_link(session, None, account, "password_reset" if account.password_hash else "invitation")
    _print(code)


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the second factor of an account whose owner lost phone and recovery codes."""
    from screening.services import choosing, second_factor

    with ready_database() as database, database.transaction() as session:
        account = choosing.account(session, email)
        had_one = second_factor.reset(session, None, account)
    click.echo(f"{account.name} has no second factor now, and is signed out everywhere." if had_one else f"{account.name} has none.")


def _check(email: str, name: str) -> None:
    """The same limits as in the form on the site."""
    from screening.forms.base import EMAIL

    if not EMAIL.regex.match(email.strip()) or len(email) > 254:
        raise click.UsageError(f"“{email}” is not an e-mail address.")
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise click.UsageError("--name must be a name of 1 to 120 characters.")


def _print(code: str) -> None:
    from screening.services.accounts import LINK_LIFE

    click.echo(f"{settings().base_url}/link/{code}")
    click.echo(f"Works once, for {LINK_LIFE.total_seconds() / 60:.0f} minutes. Whoever has it can choose the password.", err=True)
