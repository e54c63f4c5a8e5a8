"""One class per refusal. What each becomes on the web is decided in one table, `blueprints/errors.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime


class ScreeningError(Exception):
    """A refusal with a message that a person can act on."""


class NotFound(ScreeningError):
    """There is no such thing, or none that the person may know of: the two must look alike."""

    def __init__(self) -> None:
        super().__init__("There is nothing here that you can open.")


class Invalid(ScreeningError):
    """Input that cannot be accepted. `field` names the form field at fault, if one is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class InvalidFields(Invalid):
    """Several fields of one form at once: messages by field."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = fields
        super().__init__("; ".join(f"{name}: {message}" for name, messages in fields.items() for message in messages))


class NotAllowed(ScreeningError):
    """A key that was given for less than this, or that may not be used as its owner's account stands."""


class Stale(ScreeningError):
    """Somebody (or another tab) changed the thing since it was opened; nothing was overwritten."""

    def __init__(self, what: str, *, current: int | None = None, who: str = "", when: datetime | None = None) -> None:
        self.current = current
        self.who = who
        self.when = when
        by = f" by {who}" if who else ""
        at = f" at {when:%H:%M} UTC on {when:%-d %B}" if when else ""
        super().__init__(f"{what} was changed{by}{at} after you opened it. Nothing was overwritten: compare, then save again.")


class PreconditionRequired(ScreeningError):
    """The request does not say which state of the thing it was made from, so that it might overwrite what it does not know of."""


class SentBefore(ScreeningError):
    """The very same form was sent already, and what it asks for is done."""


class AlreadySubmitted(ScreeningError):
    """The scorecard is frozen; it can be amended, which keeps the submitted version."""

    def __init__(self) -> None:
        super().__init__("This scorecard is already submitted and frozen. Amend it to change something; the submitted version is kept.")


class TooMany(ScreeningError):
    """Too many attempts, or too many of `what` in a minute; `retry_after` in seconds."""

    def __init__(self, retry_after: int, *, what: str = "attempts") -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many {what}. Wait {retry_after} seconds, then try again.")


class ShutOut(TooMany):
    """So many wrong tries in a row that no wait opens it any more. `retry_after` is for programs, which may ask again by then."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.args = (
            "There were too many wrong tries in a row, so that waiting no longer helps. Sign in with a browser that you used before, "
            "or ask your administrator for a link with which you choose a new password.",
        )


class LinkInvalid(ScreeningError):
    """An invitation or reset link that is used up, expired or was never given out."""

    def __init__(self) -> None:
        super().__init__("This link has been used, has expired or is not complete. Ask your administrator for a new one.")


class CannotOpen(ScreeningError):
    """A sealed text that none of the secret keys opens."""

    def __init__(self) -> None:
        super().__init__("This was sealed with another secret key, or changed since. Set SCREENING_FORMER_KEYS to the key of that time.")


class ProviderAway(ScreeningError):
    """The identity provider does not answer, or with something that is no answer; `retry_after` in seconds."""

    retry_after = 30

    def __init__(self, label: str) -> None:
        super().__init__(f"“{label}” does not answer at the moment. Wait a little and try again, or sign in with your password.")


class ProviderRefused(ScreeningError):
    """What came back from the identity provider does not prove who somebody is. Why is for the log, not for the page."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"The way through “{label}” was not finished, or took too long. Nothing was changed: begin again on the page where you started."
        )


class NotLinked(ScreeningError):
    """Somebody the identity provider knows, and no account here is linked with."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"“{label}” knows you, but no account here is linked with it. Sign in with your password and link it under “My account”, "
            "or ask your administrator for an invitation and continue from its link. No account was made."
        )


class NoKey(ScreeningError):
    """Something is to be recorded through a database that was opened without the secret key."""

    def __init__(self) -> None:
        super().__init__("What is done here is recorded, and the record is sealed with the secret key: open the database with it.")


class ConfigError(ScreeningError):
    """Settings the program cannot start with; `problems` says each and how to mend it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Screening cannot start with these settings:\n" + "\n".join(f"  - {problem}" for problem in problems))


class DatabaseNotReady(ScreeningError):
    """The database has no tables yet or those of another version."""
