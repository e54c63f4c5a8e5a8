"""The command that reads a table of counts and says what it can and cannot tell about adverse impact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rubrics.impact import CommonOdds, Figures, Group
    from screening.spreadsheets import Sheet, SheetRow

COLUMNS = ("group", "selected", "total", "stratum")
LARGEST = 999_999_999
_TABLE = ("Group", "Selected", "Rate", "Ratio", "Plausible range", "p", "Holm", "Below 4/5", "One turns it")
_NUMBERS = slice(1, 7)
_FIELDS = ("reference", "rate", "impact_ratio", "interval", "test", "p", "p_mid", "p_holm", "flag", "flip")
NOTE = (
    "Ratio: the group's rate as a share of the highest. p: Fisher's exact test where counts are small, else Z; Holm: adjusted for the "
    "number of groups. One turns it: with one person of each group decided otherwise the order would be the other way round. Figures like "
    "these show where to look closer; they neither prove nor rule out that a selection is fair."
)


@click.command()
@click.argument("counts", type=click.Path(path_type=Path, dir_okay=False, exists=True, readable=True))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for another program.")
def impact(counts: Path, as_json: bool) -> None:
    """Compare how groups of people fared, from a CSV or XLSX file of COUNTS.

    The file's columns are `group`, `selected`, `total` and, where people applied to several openings, `stratum`: one row for each group
    (in each stratum). Counts are never added over strata: each is shown for itself, and the Mantel-Haenszel common odds ratio
    compares over all of them. Groups of fewer than 5 people are suppressed. Needs no server and no database.
    """
    import json

    from rubrics.impact import assess, common_odds

    tables = _read(counts)
    figures = {stratum: assess(groups) for stratum, groups in tables.items()}
    odds = None if None in tables else common_odds(list(tables.values()))
    if as_json:
        click.echo(json.dumps(_document(figures, odds), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo("\n".join(_page(figures, odds)))


def _read(path: Path) -> dict[str | None, list[Group]]:
    """The groups of each stratum, in the order of the file; the one key None where there is no such column."""
    from screening.spreadsheets import SheetError, read_sheet

    try:
        sheet = read_sheet(path.read_bytes(), path.name)
    except SheetError as error:
        raise click.UsageError(f"{path.name}: {error.message}") from None
    header = _header(sheet, path.name)
    if not sheet.rows:
        raise click.UsageError(f"{path.name}: there is no row of counts under the names of the columns.")
    tables: dict[str | None, list[Group]] = {}
    seen: dict[tuple[str | None, str], int] = {}
    for row in sheet.rows:
        stratum, group = _group(sheet, header, row, path.name)
        first = seen.setdefault((stratum, group.name), row.line)
        if first != row.line:
            where = _place(path.name, sheet, row, header["group"])
            within = "" if stratum is None else f" in stratum “{stratum}”"
            raise click.UsageError(f"{where}: “{group.name}”{within} is in line {first} too. Leave one line for each group{within}.")
        tables.setdefault(stratum, []).append(group)
    return tables


def _header(sheet: Sheet, name: str) -> dict[str, int]:
    """Where each column is. Raises for one that is missing or unknown: a misspelt `stratum` would have counts added up."""
    found = {title.casefold(): place for place, title in enumerate(sheet.header)}
    for title, place in found.items():
        if title not in COLUMNS:
            raise click.UsageError(
                f"{name}: column {sheet.columns[place]} is called “{sheet.header[place]}”; the columns are group, selected, total and, "
                "if wanted, stratum. Rename or remove it."
            )
    for title in COLUMNS[:3]:
        if title not in found:
            raise click.UsageError(f"{name}: there is no column “{title}”. Its first line must name group, selected and total.")
    return found


def _group(sheet: Sheet, header: dict[str, int], row: SheetRow, name: str) -> tuple[str | None, Group]:
    from rubrics.impact import Group

    for title in ("group", "stratum"):
        if title in header and not row.cells[header[title]]:
            raise click.UsageError(f"{_place(name, sheet, row, header[title])}: the {title} is not named. Write its name.")
    selected, total = (_count(sheet, row, header[title], name) for title in ("selected", "total"))
    if selected > total:
        where = _place(name, sheet, row, header["selected"])
        raise click.UsageError(f"{where}: {selected} selected of a total of {total}. Total counts everybody, selected or not.")
    return row.cells[header["stratum"]] if "stratum" in header else None, Group(row.cells[header["group"]], selected, total)


def _count(sheet: Sheet, row: SheetRow, place: int, name: str) -> int:
    cell = row.cells[place]
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= len(str(LARGEST))):
        said = f"“{cell[:40]}” is not" if cell else "there is no number; write"
        raise click.UsageError(f"{_place(name, sheet, row, place)}: {said} a whole number of people, from 0 to {LARGEST}, in digits alone.")
    return int(cell)


def _place(name: str, sheet: Sheet, row: SheetRow, place: int) -> str:
    return f"{name}, line {row.line}, column {sheet.columns[place]} ({sheet.header[place]})"


def _document(figures: dict[str | None, tuple[Figures, ...]], odds: tuple[CommonOdds, ...] | None) -> dict[str, Any]:
    groups = [_object(stratum, item) for stratum, items in figures.items() for item in items]
    if odds is None:
        return {"groups": groups, "common_odds_ratio": None, "common_odds_ratio_reason": "the file has no column “stratum”"}
    if not odds:
        return {"groups": groups, "common_odds_ratio": None, "common_odds_ratio_reason": "there are no two groups of 5 people or more"}
    names = {item.group for items in figures.values() for item in items}
    objects = {item.group: _odds_object(item) for item in odds}
    return {"groups": groups, "common_odds_ratio": next(iter(objects.values())) if len(names) == 2 else objects}


def _object(stratum: str | None, item: Figures) -> dict[str, Any]:
    found: dict[str, Any] = {"group": item.group} | ({} if stratum is None else {"stratum": stratum})
    found |= {"suppressed": item.suppressed, "selected": item.selected, "total": item.total}
    if item.suppressed:
        found["reason"] = item.reason
    for name in _FIELDS:
        value = getattr(item, name)
        found[name] = list(value) if isinstance(value, tuple) else value
        if value is None and not item.suppressed:
            found[f"{name}_reason"] = item.reasons[name]
    return found


def _odds_object(item: CommonOdds) -> dict[str, Any]:
    found: dict[str, Any] = {
        "group": item.group,
        "reference": item.reference,
        "estimate": item.estimate,
        "interval": list(item.interval) if item.interval else None,
        "strata": item.strata,
        "strata_left_out": item.left_out,
    }
    return found | ({"reason": item.reason} if item.reason else {})


def _page(figures: dict[str | None, tuple[Figures, ...]], odds: tuple[CommonOdds, ...] | None) -> list[str]:
    from rubrics.impact_words import odds_sentence, sentences

    lines: list[str] = []
    for stratum, items in figures.items():
        lines += [*([] if stratum is None else [stratum, "=" * len(stratum)]), *_columns([_TABLE, *map(_cells, items)]), ""]
        lines += [line for item in items for line in _wrapped(sentences(item))] + [""]
    if odds is not None:
        lines += ["Over all strata", "==============="]
        said = [odds_sentence(item) for item in odds] or ["There are no two groups of 5 people or more to compare."]
        lines += [line for sentence in said for line in _wrapped(sentence)] + [""]
    return lines + _wrapped(NOTE)


def _cells(item: Figures) -> tuple[str, ...]:
    from rubrics.impact_words import p_value, percent

    if item.suppressed or item.rate is None:
        return (item.group, "hidden", *"-" * (len(_TABLE) - 2))
    spread = " - ".join(map(percent, item.interval)) if item.interval else "-"
    return (
        item.group,
        f"{item.selected} of {item.total}",
        percent(item.rate),
        "-" if item.impact_ratio is None else percent(item.impact_ratio),
        spread,
        *("-" if value is None else p_value(value) for value in (item.p, item.p_holm)),
        *("-" if answer is None else "yes" if answer else "no" for answer in (item.flag, item.flip)),
    )


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under one another; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = range(len(widths))[_NUMBERS]
    lines = [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return [lines[0].rstrip(), "  ".join("-" * width for width in widths), *(line.rstrip() for line in lines[1:])]


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width=100, subsequent_indent="  ", break_long_words=False)
