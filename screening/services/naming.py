"""What interviewers are called where their names are not for the reader: one way for every page, file and document."""

from __future__ import annotations

from collections.abc import Iterable

from screening.spreadsheets import column_letter


def letters(accounts: Iterable[int]) -> dict[int, str]:
    """`Interviewer A`, `Interviewer B` ... (AA after Z) in the order given, each account once.

    Whoever gives the order says how far a letter reaches. On the pages and papers of one candidate it begins anew with each candidate, so
    that nobody who holds two of them can tell that the same person wrote both. Only tables that are about interviewers themselves (all
    ratings in the long form, how they rate) use one letter for a whole opening.
    """
    return {account: f"Interviewer {column_letter(place)}" for place, account in enumerate(dict.fromkeys(accounts))}
