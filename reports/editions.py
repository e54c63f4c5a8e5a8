"""The editions of a candidate summary: for whom it is printed, what it is called, and what its file is called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Edition(StrEnum):
    """From the fullest on. `FULL`: who rated what. `MANAGER`: totals and evidence without who. `OWN`: the candidate's own copy, in plain
    words and without other people's data. `RECORDS`: for a records request, with known names replaced."""

    FULL = "full"
    MANAGER = "manager"
    OWN = "own"
    RECORDS = "records"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def told(self) -> str:
        """What it holds, in a sentence, for whoever chooses."""
        return TOLD[self]


LABELS: Mapping[Edition, str] = MappingProxyType(
    {
        Edition.FULL: "Full edition: who rated what",
        Edition.MANAGER: "Hiring manager’s edition: without names",
        Edition.OWN: "The candidate’s own copy",
        Edition.RECORDS: "Records request: names replaced",
    }
)
"""What is printed on every page."""

TOLD: Mapping[Edition, str] = MappingProxyType(
    {
        Edition.FULL: "Every rating with its note, and who gave it.",
        Edition.MANAGER: "The same totals and evidence; interviewers are letters.",
        Edition.OWN: "For an access request: what is held about the candidate, in plain words, and nothing of others.",
        Edition.RECORDS: "Known names are replaced by marks. Read the free text before you release it.",
    }
)


def record_number(application_id: str) -> str:
    """What a record is called where the candidate's name and reference are replaced: the start of its random identifier."""
    return f"Record {application_id[:8]}"


def document_name(edition: Edition, *, candidate: str, opening: str, application_id: str) -> str:
    """The name of the document's file, without its ending; for a records request it tells nothing about anybody."""
    if edition is Edition.RECORDS:
        return f"Candidate summary - {record_number(application_id)}"
    return f"{candidate} - {opening}{' - own copy' if edition is Edition.OWN else ''}"
