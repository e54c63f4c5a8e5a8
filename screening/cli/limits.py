"""All limits in one list: how long each field may be, how large a file, how many of what, how often."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command()
def limits() -> None:
    """List every limit as JSON: lengths of fields, sizes of files, numbers of things, rates, and how long things are kept.

    The list is taken from the program itself; docs/limits.json is this list as it stood when this version was made.
    """
    click.echo(as_text(), nl=False)


def as_text() -> str:
    return json.dumps(everything(), indent=2, ensure_ascii=False) + "\n"


def everything() -> dict[str, Any]:
    return {
        "fields_characters": _fields(),
        "texts_characters": _texts(),
        "requests": _requests(),
        "files": _files(),
        "rubric": _rubric(),
        "openings": _openings(),
        "documents": _documents(),
        "rates_per_minute_and_person": _rates(),
        "sign_in": _sign_in(),
        "kept_hours": _kept(),
    }


def _fields() -> dict[str, dict[str, int]]:
    """Of each form the fields that people type text into; `<criterion>`, `<stage>` and `<n>` stand for one of many."""
    from screening.forms import lengths

    return lengths.of_all_forms()


def _texts() -> dict[str, int]:
    from screening import passwords, texts
    from screening.forms import comparison, kits

    return {
        "password_least": passwords.MIN_LENGTH,
        "password_most": passwords.MAX_LENGTH,
        "job_text": texts.MOST_LETTERS,
        "search_in_the_comparison": comparison.MAX_TEXT,
        "filled_kits_looked_through_at_once": kits.MOST_LETTERS,
    }


def _requests() -> dict[str, int]:
    from screening.blueprints import sizes

    return {
        "bytes": sizes.MAX_REQUEST_BYTES,
        "form_without_files_bytes": sizes.MAX_FORM_BYTES,
        "form_fields": sizes.MAX_FORM_FIELDS,
    }


def _files() -> dict[str, Any]:
    from dataclasses import asdict

    from screening import texts
    from screening.services.kits import MOST_BYTES, MOST_FILES, unpacking
    from screening.spreadsheets import SheetLimits

    archive = unpacking.ARCHIVE_LIMITS
    return {
        "list_of_candidates_or_groups": asdict(SheetLimits()),
        "job_description_bytes": texts.MOST_BYTES,
        "filled_kit_bytes": MOST_BYTES,
        "filled_kits_at_once": MOST_FILES,
        "archive_of_filled_kits": {"entries": archive.entries, "expanded_bytes": archive.expanded_bytes},
    }


def _rubric() -> dict[str, int]:
    from rubrics import limits, model, qualifications

    return {
        "criteria": model.MAX_CRITERIA,
        "stages": model.MAX_STAGES,
        "questions_of_a_criterion": limits.QUESTIONS,
        "probes_of_a_question": limits.PROBES,
        "months_of_experience": qualifications.MAX_MONTHS,
    }


def _openings() -> dict[str, int]:
    from rubrics.impact import MIN_SHOWN
    from screening.forms.comparison import PAGE_SIZE
    from screening.services import demographics

    return {
        "candidates_on_a_page": PAGE_SIZE,
        "attributes_of_groups": demographics.MAX_ATTRIBUTES,
        "groups_of_an_attribute": demographics.MAX_GROUPS,
        "characters_of_a_group": demographics.MAX_TEXT,
        "least_people_in_a_group_that_is_shown": MIN_SHOWN,
    }


def _documents() -> dict[str, float]:
    import inspect

    from screening.jobs import WORK, PdfRenderer, share
    from screening.services import packs

    bounds = inspect.signature(PdfRenderer.__init__).parameters
    return {
        "seconds": bounds["seconds"].default,
        "seconds_of_work": bounds["seconds"].default * WORK,
        "megabytes_of_memory": bounds["megabytes"].default,
        "waiting_at_once": bounds["waiting"].default,
        "under_way_for_one_person": share(bounds["waiting"].default, bounds["processes"].default),
        "summaries_in_a_pack": packs.MOST,
    }


def _rates() -> dict[str, int]:
    from screening.services import rates

    return {kind.value: most for kind, most in rates.MOST.items()}


def _sign_in() -> dict[str, float]:
    from screening.services import throttling
    from screening.services.accounts import LINK_LIFE

    return {
        "wrong_tries_before_waiting": throttling.FREE_TRIES,
        "wrong_tries_in_a_row": throttling.MOST_IN_A_ROW,
        "wrong_tries_from_an_address_in_a_minute": throttling.TRIES_PER_ADDRESS,
        "longest_wait_hours": throttling.LONGEST_WAIT.total_seconds() / 3600,
        "link_minutes": LINK_LIFE.total_seconds() / 60,
    }


def _kept() -> dict[str, float]:
    from screening.services import importing, jobs, submissions, working

    lives = {
        "finished_file": jobs.KEPT_FOR,
        "typeset_document": working.PAPERS_KEPT_FOR,
        "list_being_brought_in": importing.LIFE,
        "token_of_a_form_that_was_sent": submissions.KEPT_FOR,
    }
    return {name: life.total_seconds() / 3600 for name, life in lives.items()}
