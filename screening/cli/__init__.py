"""The `screening` command. Heavy parts are imported inside the commands, so that help comes at once."""

from __future__ import annotations

import sys

import click

from screening.cli.accounts import user
from screening.cli.audit import audit
from screening.cli.dossiers import dossier, verify
from screening.cli.draft import draft
from screening.cli.failures import explained
from screening.cli.impact import impact
from screening.cli.limits import limits
from screening.cli.operations import backup, doctor, restore
from screening.cli.privacy import person, retention
from screening.cli.records import candidates, ratings, summary
from screening.cli.running import demo, migrate, routes, serve, work
from screening.cli.score import score


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--traceback", is_flag=True, help="After an unexpected error, show where in the program it happened.")
@click.version_option(package_name="screening", message="%(version)s")
def commands(traceback: bool) -> None:
    """Structured hiring: rubrics, scorecards, one comparison table.

    New here? `screening demo` opens a made-up hiring round to look around in; it needs no settings and touches nothing else.

    \b
    Your own installation, in four steps:
      export SCREENING_SECRET_KEY=...       (64 random characters, kept secret)
      screening migrate
      screening user add you@example.org --name "Your Name" --administrator --may-open
      screening serve
    """


for _command in (
    demo,
    serve,
    work,
    migrate,
    backup,
    restore,
    doctor,
    audit,
    user,
    candidates,
    ratings,
    summary,
    dossier,
    verify,
    score,
    impact,
    draft,
    person,
    retention,
    routes,
    limits,
):
    commands.add_command(_command)


def main() -> None:
    """Run a command. Whatever goes wrong is told in a line, and then the exit code is not zero."""
    try:
        sys.exit(commands.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped.", 130)
    except Exception as error:
        # The one place where everything is caught: nobody at a terminal should have to read a traceback.
        if "--traceback" in sys.argv:
            raise
        _fail(explained(error))


def _fail(message: str, code: int = 1) -> None:
    for line in message.splitlines():
        click.echo(f"screening: {line}", err=True)
    sys.exit(code)
