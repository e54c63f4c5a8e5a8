"""Refusals of this room."""

from __future__ import annotations


class RubricError(ValueError):
    """A rubric, criterion or rating that cannot be: says what and where. `field` names the part at fault, e.g. `weight`."""

    def __init__(self, message: str, *, where: str = "", field: str = "") -> None:
        self.where = where
        self.field = field
        super().__init__(f"{where}: {message}" if where else message)
