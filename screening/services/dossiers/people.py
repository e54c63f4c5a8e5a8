"""The people who are named in a dossier."""

from __future__ import annotations

from collections.abc import Iterable

from reports.dossier.document import Person


class People:
    """Everybody who is named, by account id and by public identifier."""

    def __init__(self, found: Iterable[tuple[int, str, str]]) -> None:
        self._by_account = {account_id: Person(public_id, name) for account_id, public_id, name in found}
        self._names = {person.id: person.name for person in self._by_account.values()}

    def __getitem__(self, account_id: int) -> Person:
        return self._by_account[account_id]

    def find(self, account_id: int | None) -> Person | None:
        return None if account_id is None else self[account_id]

    def name(self, public_id: str) -> str:
        return self._names.get(public_id, public_id)
