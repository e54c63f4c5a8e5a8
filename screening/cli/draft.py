"""`screening draft`: what a job text asks for, with the words that say so. No server, no database, nothing leaves this machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rubrics.drafting import Draft
    from rubrics.drafting.model import Span, Years

INPUT = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
QUOTED = 90


@click.command()
@click.argument("files", metavar="TEXTFILE...", nargs=-1, required=True, type=INPUT)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for another program.")
def draft(files: tuple[Path, ...], as_json: bool) -> None:
    """Read job advertisements and say which criteria of the library they ask for, and in which words.

    A file is plain text, HTML, a schema.org JobPosting as JSON-LD, or JSON with a list `texts` in which each has an `id` and a `text`.
    English only. Nothing is stored and nothing leaves this machine.
    """
    from rubrics.drafting import UnreadableText
    from rubrics.drafting import draft as read

    found = []
    for file in files:
        for name, given in _texts(file):
            try:
                found.append((name, read(given)))
            except UnreadableText as error:
                raise click.ClickException(f"{name}: {error}") from error
    if as_json:
        click.echo(json.dumps({"predictions": [_prediction(name, drafted) for name, drafted in found]}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join("\n".join(_page(name, drafted)) for name, drafted in found))


def _texts(file: Path) -> list[tuple[str, str | bytes]]:
    """The texts in a file with their names."""
    from rubrics.drafting.sources import MAX_BYTES

    if file.stat().st_size > MAX_BYTES and file.suffix != ".json":
        raise click.ClickException(f"{file.name}: larger than {MAX_BYTES // 1_000_000} MB. Keep only the part that describes the job.")
    content = file.read_bytes()
    try:
        plain = json.loads(content) if content.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict) or not isinstance(plain.get("texts"), list):
        return [(file.name, content)]
    return [_listed(file, place, row) for place, row in enumerate(plain["texts"], start=1)]


def _listed(file: Path, place: int, row: object) -> tuple[str, str]:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise click.ClickException(f"{file.name}: entry {place} of `texts` needs a `text`.")
    return str(row.get("id") or f"{file.name}#{place}"), row["text"]


def _prediction(name: str, drafted: Draft) -> dict[str, Any]:
    text, worked, schooled = drafted.text, drafted.experience, drafted.education
    return {
        "id": name,
        "genre": str(drafted.genre),
        "remark": drafted.remark,
        "criteria": [
            {
                "key": asked.key,
                "level": str(asked.level),
                "confidence": str(asked.confidence),
                "evidence": _quoted(asked.evidence, text),
                "spans": [[span.start, span.end] for span in asked.evidence],
            }
            for asked in drafted.criteria
        ],
        "experience": {
            "requirement": str(worked.requirement),
            **_years(worked.asked, text),
            "preferred": _years(worked.wished, text) if worked.wished else None,
        },
        "education": {
            "minimum": schooled.minimum,
            "minimum_evidence": _quoted(schooled.minimum_evidence, text),
            "preferred": schooled.preferred,
            "preferred_evidence": _quoted(schooled.preferred_evidence, text),
            "equivalent_experience": schooled.equivalent_experience,
        },
        "languages": [{"language": spoken.name, "status": str(spoken.level)} for spoken in drafted.languages],
        "channels": [channel.name for channel in drafted.channels],
        "unlisted": [
            {"name": wanted.name, "level": str(wanted.level), "evidence": _quoted(wanted.evidence, text)} for wanted in drafted.unlisted
        ],
    }


def _years(years: Years, text: str) -> dict[str, Any]:
    return {
        "min_years": years.minimum,
        "max_years": years.maximum,
        "field": years.field or None,
        "evidence": _quoted(years.evidence, text),
    }


def _quoted(spans: Iterable[Span], text: str) -> list[str]:
    return [span.of(text) for span in spans]


def _page(name: str, drafted: Draft) -> Iterator[str]:
    """What a person at a terminal reads."""
    from rubrics import library

    yield f"{name}: {drafted.title}" if drafted.title else name
    if drafted.remark:
        yield f"   {drafted.remark}"
    names = {key: entry.criterion.name for key, entry in library.criteria().items()}
    width = max((len(names[asked.key]) for asked in drafted.criteria), default=0)
    for asked in drafted.criteria:
        yield f"   {names[asked.key]:{width}}  {asked.level:9}  {asked.confidence:6}  {_short(asked.evidence, drafted.text)}"
    yield from (f"   {line}" for line in _facts(drafted))
    if drafted.unlisted:
        yield "   Asked for, no criterion yet:"
        yield from (f"      {wanted.name} ({wanted.level}): {_short(wanted.evidence, drafted.text)}" for wanted in drafted.unlisted)


def _facts(drafted: Draft) -> Iterator[str]:
    """Experience, education, languages and channels, each where the text says anything of it."""
    worked, schooled = drafted.experience, drafted.education
    if worked.requirement != "not_stated":
        yield f"Experience: {worked.requirement.replace('_', ' ')}{_length(worked.asked)}"
    if worked.wished:
        yield f"Experience beside it: preferred{_length(worked.wished)}"
    for what, level in (("Education, at least", schooled.minimum), ("Education, preferred", schooled.preferred)):
        if level != "not_stated":
            yield f"{what}: {_education(level)}"
    if schooled.equivalent_experience:
        yield "Experience can stand in for education."
    if drafted.languages:
        yield "Languages: " + ", ".join(f"{spoken.name} ({spoken.level})" for spoken in drafted.languages)
    if drafted.channels:
        yield "Channels: " + ", ".join(channel.name.replace("_", " ") for channel in drafted.channels)


def _education(level: str) -> str:
    from rubrics.qualifications import EDUCATION_LEVELS, NO_CERTIFICATE

    return "none is needed" if level == NO_CERTIFICATE else EDUCATION_LEVELS[level]


def _length(years: Years) -> str:
    if years.minimum is None:
        return f" ({years.field})" if years.field else ""
    upper = "" if years.maximum is None else f" to {years.maximum:g}"
    return f", {years.minimum:g}{upper} years" + (f" ({years.field})" if years.field else "")


def _short(spans: tuple[Span, ...], text: str) -> str:
    """The first quotation, on one line."""
    words = " ".join(spans[0].of(text).split()) if spans else ""
    return f"“{words[:QUOTED].rstrip()}…”" if len(words) > QUOTED else f"“{words}”"
