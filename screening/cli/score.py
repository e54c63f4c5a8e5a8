"""`screening score`: totals from a plain list of ratings, without a server or a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from screening.spreadsheets import Sheet

INPUT = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
COLUMNS = ("candidate", "interviewer", "criterion", "rating")
MAX_BYTES, MAX_ROWS = 200_000_000, 2_000_000
MAX_PROBLEMS = 20


@click.command()
@click.argument("file", metavar="RATINGS.csv", type=INPUT)
@click.option("--weights", type=INPUT, help="A file with the columns criterion and weight. Without it, all criteria weigh the same.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, for other programs.")
@click.option("--scale", metavar="LOW-HIGH", help="The rating scale, such as 1-5. Without it, it is told from the file.")
@click.option("--top", type=click.IntRange(1), default=3, show_default=True, help="Say who is probably among the best so many.")
@click.option("--ungated", is_flag=True, help="Show adjusted totals even where adjusting is not justified.")
@click.option("--candidate", metavar="NAME", help="The column that holds the candidate, if it is not called so.")
@click.option("--interviewer", metavar="NAME", help="The column that holds the interviewer.")
@click.option("--criterion", metavar="NAME", help="The column that holds the criterion.")
@click.option("--rating", metavar="NAME", help="The column that holds the rating; empty is “not assessed”.")
def score(file: Path, weights: Path | None, as_json: bool, scale: str | None, top: int, ungated: bool, **columns: str | None) -> None:
    """Totals, ranges and agreement from a list of ratings: a row for each rating, CSV or XLSX.

    The columns are candidate, interviewer, criterion and rating; other columns are ignored. A file of all ratings that Screening exported
    works as it is. Nothing is stored and nothing leaves this machine.
    """
    from reports.score_report import RatedList, ScoreReport
    from reports.score_text import text

    sheet = _sheet(file)
    rows, names = _rows(file, sheet, {name: columns[name] or name for name in COLUMNS})
    listed = RatedList(rows, names, _scale(file, sheet, scale, [row[3] for row in rows]), _weights(weights, {row[2] for row in rows}))
    report = ScoreReport(listed, top, ungated)
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2) if as_json else text(report), nl=as_json)


def _sheet(file: Path) -> Sheet:
    from screening.spreadsheets import SheetError, SheetLimits, read_sheet

    try:
        return read_sheet(file.read_bytes(), file.name, limits=SheetLimits(upload_bytes=MAX_BYTES, rows=MAX_ROWS))
    except SheetError as error:
        raise click.ClickException(f"{file.name}: {error}") from error


def _places(file: Path, sheet: Sheet, wanted: Mapping[str, str]) -> dict[str, int]:
    """Where each wanted column is. Upper and lower case are the same."""
    there = {name.casefold(): place for place, name in enumerate(sheet.header)}
    missing = [name for name in wanted.values() if name.casefold() not in there]
    if missing:
        raise click.ClickException(
            f"{file.name}: there is no column “{'”, “'.join(missing)}”. The columns are: {', '.join(sheet.header)}. "
            "Rename them, or name yours, for example --rating Points."
        )
    return {key: there[name.casefold()] for key, name in wanted.items()}


def _rows(file: Path, sheet: Sheet, wanted: Mapping[str, str]) -> tuple[list[tuple[str, str, str, float]], list[str]]:
    """The ratings, and every candidate named, also where nothing was rated."""
    places = _places(file, sheet, wanted)
    rows, names, problems = [], [], []
    replaced = _replaced(sheet)
    for row in sheet.rows:
        if replaced is not None and row.cells[replaced].casefold() == "no":
            continue
        who, by, what, given = (row.cells[places[name]] for name in COLUMNS)
        empty = [name for name, cell in (("candidate", who), ("interviewer", by), ("criterion", what)) if not cell]
        if empty:
            problems.append(f"{file.name}, line {row.line}: {' and '.join(empty)} missing.")
            continue
        names.append(who)
        if not given:
            continue
        level = _level(given)
        if level is None:
            problems.append(f"{file.name}, line {row.line}: the rating “{given[:40]}” is not a number. Leave it empty for “not assessed”.")
            continue
        rows.append((who, by, what, level))
    _refuse(problems)
    return rows, names


def _replaced(sheet: Sheet) -> int | None:
    """Where a file of all versions, as Screening exports it, says which version of a scorecard counts."""
    names = [name.casefold() for name in sheet.header]
    return names.index("counts") if {"after_reveal", "counts"} <= set(names) else None


def _level(text: str) -> float | None:
    import math

    try:
        value = float(text.replace(",", ".", 1))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None


def _refuse(problems: Sequence[str]) -> None:
    if not problems:
        return
    more = [f"and {len(problems) - MAX_PROBLEMS} more like these."] if len(problems) > MAX_PROBLEMS else []
    raise click.ClickException("\n".join([*problems[:MAX_PROBLEMS], *more]))


def _scale(file: Path, sheet: Sheet, given: str | None, levels: Sequence[float]) -> tuple[float, float]:
    """The scale that is given, else the one that the file names, else 1-5 if it holds all ratings, else lowest to highest."""
    if given is None:
        named = _named_scale(sheet)
        if named is not None and all(named[0] <= level <= named[1] for level in levels):
            return named
        usual = all(level in (1, 2, 3, 4, 5) for level in levels)
        return (1.0, 5.0) if usual else (min(levels), max(levels))
    import re

    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|:|,)\s*(-?\d+(?:\.\d+)?)\s*", given)
    if not match or float(match[1]) >= float(match[2]):
        raise click.BadParameter(f"“{given}” is not a scale. Write the lowest and the highest rating: 1-5.", param_hint="--scale")
    low, high = float(match[1]), float(match[2])
    outside = sorted({level for level in levels if not low <= level <= high})
    if outside:
        raise click.ClickException(
            f"{file.name}: {', '.join(f'{level:g}' for level in outside[:5])} is outside the scale from {low:g} to {high:g}."
        )
    return low, high


def _named_scale(sheet: Sheet) -> tuple[float, float] | None:
    there = {name.casefold(): place for place, name in enumerate(sheet.header)}
    if not {"scale_min", "scale_max"} <= set(there):
        return None
    named = {(_level(row.cells[there["scale_min"]]), _level(row.cells[there["scale_max"]])) for row in sheet.rows}
    low, high = named.pop() if len(named) == 1 else (None, None)
    return (low, high) if low is not None and high is not None and low < high else None


def _weights(file: Path | None, criteria: set[str]) -> dict[str, float] | None:
    if file is None:
        return None
    sheet = _sheet(file)
    places = _places(file, sheet, {"criterion": "criterion", "weight": "weight"})
    found: dict[str, float] = {}
    problems = []
    for row in sheet.rows:
        name, given = row.cells[places["criterion"]], row.cells[places["weight"]]
        value = _level(given.rstrip("% "))
        if not name or value is None or value < 0:
            problems.append(f"{file.name}, line {row.line}: a criterion needs a name and a weight of 0 or more, not “{given[:40]}”.")
        elif name in found:
            problems.append(f"{file.name}, line {row.line}: “{name}” has a weight already.")
        else:
            found[name] = value
    if not problems and not sum(found.values()):
        problems.append(f"{file.name}: at least one weight must be more than 0.")
    if absent := sorted(criteria - set(found)):
        problems.append(f"{file.name}: no weight for {', '.join(absent)}. Give 0 to leave a criterion out.")
    _refuse(problems)
    return found
