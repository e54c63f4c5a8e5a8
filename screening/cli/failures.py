"""What is said when a command fails."""

from __future__ import annotations


def explained(error: Exception) -> str:
    """The error in a line for somebody at a terminal, with what mends it where that is known."""
    # Imported only now: a command that works must not wait for them.
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    from reports.errors import ReportError
    from rubrics.errors import RubricError
    from screening import logs
    from screening.errors import ConfigError, ScreeningError

    if isinstance(error, ConfigError):
        return "\n".join(error.problems)
    if isinstance(error, (ScreeningError, RubricError, ReportError)):
        return str(error)
    if isinstance(error, DBAPIError):
        first = str(error.orig).partition("\n")[0]  # the next ones quote values
        return f"the database does not answer as expected ({logs.one_line(first)}). Check SCREENING_DATABASE_URL."
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return "SCREENING_DATABASE_URL is not the address of a database: sqlite:////path/to/file or postgresql://user@host/name."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    return f"something went wrong inside Screening ({type(error).__name__}: {error}). Run `screening --traceback ...` to see where."
