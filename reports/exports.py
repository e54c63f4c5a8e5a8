"""Tables as files: CSV and XLSX, with every text inert in a spreadsheet program.

A text that a spreadsheet program would take for a formula gets an apostrophe in front in CSV; in XLSX it is written as a text cell.
Numbers stay numbers. CSV begins with a byte order mark, so that spreadsheet programs read it as UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from reports.sureness import ranges, ranked_by
from reports.wording import points

if TYPE_CHECKING:
    from reports.comparison import Comparison
    from reports.view import View

Value = str | int | float | None
SCALE_MIN, SCALE_MAX = 1, 5
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

RATING_LINE = f'%s,%s,%s,{SCALE_MIN},{SCALE_MAX},%s,"%s'
"""A rating's part of its line in the long form: the criterion's key, the rubric version, the level (nothing where not assessed), the
scale, the reason why not, a quotation mark, and the note just as it was typed."""

BETWEEN_RATINGS = "\x1f"
"""What stands between such parts where a card's are packed into one text: no input may contain it."""

_BEFORE_NOTE = ',"'
_RISKY_NOTE = re.compile(f"{_BEFORE_NOTE}[{re.escape(''.join(_RISKY))}]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

LONG_HEADER = (
    "opening",
    "candidate",
    "stage",
    "interviewer",
    "criterion",
    "rubric_version",
    "rating",
    "scale_min",
    "scale_max",
    "not_assessed",
    "note",
    "submitted_at",
    "version",
)
ALL_VERSIONS_HEADER = (*LONG_HEADER, "after_reveal", "counts")


class LongCard(NamedTuple):
    """One submitted version of a scorecard, for the long form.

    `ratings` holds a `RATING_LINE` for each rating, in no particular order, with `BETWEEN_RATINGS` between them. `submitted_at`: as
    `stamp` writes it. `counts`: this version's ratings enter the scores. `after_reveal`: it was written when others' cards were open to
    the interviewer. `candidate_id` tells people of one name apart, for programs.
    """

    opening: str
    candidate: str
    stage: str
    interviewer: str
    submitted_at: str
    version: int
    after_reveal: bool
    counts: bool
    ratings: str
    candidate_id: str = ""


def long_header(all_versions: bool = False) -> tuple[str, ...]:
    return ALL_VERSIONS_HEADER if all_versions else LONG_HEADER


def long_rows(cards: Iterable[LongCard], *, all_versions: bool = False) -> Iterator[tuple[Value, ...]]:
    """A row for every single rating: of the versions that count, or of all versions, then with two more columns that tell them apart."""
    for card in cards:
        if not card.ratings or not (card.counts or all_versions):
            continue
        head = (card.opening, card.candidate, card.stage, card.interviewer)
        tail = _tail(card, all_versions)
        for line in sorted(card.ratings.split(BETWEEN_RATINGS)):
            criterion, version, level, low, high, rest = line.split(",", 5)
            not_assessed, note = rest.split(_BEFORE_NOTE, 1)
            yield (*head, criterion, int(version), int(level) if level else None, int(low), int(high), not_assessed, note, *tail)


def _tail(card: LongCard, all_versions: bool) -> tuple[Value, ...]:
    tail: tuple[Value, ...] = (card.submitted_at, card.version)
    return (*tail, "yes" if card.after_reveal else "no", "yes" if card.counts else "no") if all_versions else tail


def long_csv(cards: Iterable[LongCard], *, all_versions: bool = False) -> bytes:
    """The long form as CSV: what `to_csv` makes of `long_rows`, many times as fast for tens of thousands of ratings.

    Every text that somebody typed is in quotation marks; keys, levels and reasons are words that need none.
    """
    quoted = cache(_quoted)  # names come back on many cards
    parts = [",".join(long_header(all_versions)), "\r\n"]
    for card in cards:
        if not card.ratings or not (card.counts or all_versions):
            continue
        head = f"{quoted(card.opening)},{quoted(card.candidate)},{quoted(card.stage)},{quoted(card.interviewer)},"
        end = f'",{",".join(map(str, _tail(card, all_versions)))}\r\n'
        lines = sorted(card.ratings.split(BETWEEN_RATINGS))
        if card.ratings.count('"') > len(lines) or _RISKY_NOTE.search(card.ratings):
            lines = [_safe(line) for line in lines]
        parts += (head, (end + head).join(lines), end)
    return _BYTE_ORDER_MARK + "".join(parts).encode()


def _safe(line: str) -> str:
    front, note = line.split(_BEFORE_NOTE, 1)
    return front + "," + _quoted(note)[:-1]


def _quoted(text: str) -> str:
    return '"' + str(inert(text)).replace('"', '""') + '"'


def stamp(moment: datetime) -> str:
    """UTC to the second with its offset: `2026-03-01T10:42:07+00:00`."""
    return moment.isoformat(timespec="seconds")


def inert(value: Value) -> Value:
    """The value as a CSV cell that no spreadsheet program takes for a formula."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([inert(name) for name in header])
    writer.writerows([[inert(value) for value in row] for row in rows])
    return _BYTE_ORDER_MARK + file.getvalue().encode()


def to_xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]], *, title: str, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """A workbook with the table on its first sheet, and `about` (what and when) on a second one."""
    import xlsxwriter  # imported here: the command's help must not wait for it

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 1)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, 28 if column == 0 else min(max(len(name) + 2, 9), 40))
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(last, column, value.replace("\r\n", "\n"))  # a cell's own line end
                elif value is not None:
                    sheet.write_number(last, column, value)
        sheet.autofilter(0, 0, max(last, 1), len(header) - 1)
        if about:
            notes = book.add_worksheet("About")
            notes.set_column(0, 0, 24)
            notes.set_column(1, 1, 90)
            for line, (name, text) in enumerate(about):
                notes.write_string(line, 0, name, bold)
                notes.write_string(line, 1, text)
    return file.getvalue()


def _sheet_name(title: str) -> str:
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip(" '")
    return plain[:31] or "Table"


def wide_table(comparison: Comparison, view: View) -> tuple[list[str], list[list[Value]]]:
    """The comparison as shown: the same rows in the same order, the same columns, all pages. Numbers keep their full precision."""
    columns = [place for place, item in enumerate(comparison.rubric.criteria) if item.key not in view.hidden]
    rows = comparison.rows(comparison.matching(view), columns, view.top)
    main, other = ("adjusted total", "total") if comparison.standing.by_adjusted else ("total", "adjusted total")
    sure = {"range": ["range from", "range to", other, "tie band"], "chance": [f"among the best {view.top}"]}
    header = ["candidate", "reference", "rank", main, "spread"]
    header += [title for name, titles in sure.items() if name not in view.hidden for title in titles]
    header += [comparison.rubric.criteria[place].criterion.name for place in columns]
    groups = {
        "recommendations": ["strong no", "no", "yes", "strong yes"],
        "evidence": ["scorecards", "scorecards expected", "coverage"],
        "flags": ["minimums missed", "disagreements"],
        "outcome": ["stage", "decision"],
    }
    for name, titles in groups.items():
        header += titles if name not in view.hidden else []
    table: list[list[Value]] = []
    for row in rows:
        line: list[Value] = [row.name, row.reference, row.rank, row.score, row.spread]
        known: dict[str, list[Value]] = {"range": [row.low, row.high, row.other, row.band or None], "chance": [row.chance]}
        line += [value for name in sure if name not in view.hidden for value in known[name]]
        line += [cell.mean for cell in row.cells]
        cells: dict[str, list[Value]] = {
            "recommendations": [None] * 4 if row.hidden else list(row.recommendations.values()),
            "evidence": [None] * 3 if row.hidden else [row.cards, row.cards_expected, row.coverage],
            "flags": ["; ".join(row.minimums_missed), "; ".join(row.disagreements)],
            "outcome": [row.stage, row.decision],
        }
        for name in groups:
            line += cells[name] if name not in view.hidden else []
        line.append("hidden until your scorecard is submitted" if row.hidden else "; ".join(row.incomplete))
        table.append(line)
    return [*header, "not ranked because"], table


def weights(comparison: Comparison) -> str:
    """The weights that count here, in points of 100, and whether they are the published ones."""
    names = [item.criterion.name for item in comparison.rubric.criteria]
    said = ", ".join(f"{name} {points(100 * weight)}" for name, weight in zip(names, comparison.scale.weight, strict=True) if weight)
    return f"{'as published' if comparison.published is None else 'NOT the published ones, only tried'}: {said}"


def about(comparison: Comparison, view: View) -> list[tuple[str, str]]:
    """What the table is: printed on the workbook's second sheet."""
    return [
        ("Opening", comparison.opening),
        ("Rubric", f"version {comparison.rubric_version}, digest {comparison.rubric_digest}"),
        ("Made at", stamp(comparison.made_at)),
        ("Candidates", f"{len(comparison.matching(view))} shown of {len(comparison)}; {comparison.ranked} ranked"),
        ("Weights", weights(comparison)),
        ("Total", "Criterion-first weighted mean of levels 1-5; what was not assessed is absent, never zero."),
        ("Places", ranked_by(comparison.standing)),
        ("Range", ranges(comparison.standing)),
        ("Tie band", "Candidates with the same number are level within the noise: their order may be chance."),
        ("Spread", "Pooled standard deviation of the ratings that different interviewers gave to the same criterion."),
        ("Not ranked", "Less than 80 % of the rubric's weight assessed, or a required criterion missing."),
    ]
