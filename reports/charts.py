"""Small charts as SVG markup: pure functions, the same drawing on screen and on paper.

Colours stand in presentation attributes, the paper's values; a style sheet may override them through the class names (a dark screen does).
Nothing depends on colour: position says the level, shape says the kind of mark, and each chart carries its reading as a text alternative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.wording import decimal, plural

LEVELS = (1, 2, 3, 4, 5)
LEVEL_INK = {1: "#a84c18", 2: "#8a5a12", 3: "#4b5563", 4: "#1f6275", 5: "#0b4a5a"}
INK, MUTED, RULE, BELOW, ACCENT = "#1c2430", "#566072", "#aab3bf", "#eef0f3", "#0f5c6e"

WIDTH, FIRST, STEP = 116.0, 10.0, 24.0
DOT, PITCH, RING, RING_PITCH = 3.9, 8.6, 2.3, 6.0
TALLEST, TALLEST_SWARM = 60.0, 36.0
BADGE, BADGE_PITCH = 9.3, 19.4
HEADROOM, FOOT = 2.0, 16.5
DIGIT_HALF = 2.45
CENTRE, PER_LEVEL, FURTHEST = 58.0, 34.0, 1.5


def dot_plot(ratings: Sequence[int], *, mean: float | None, minimum: int | None) -> Markup:
    """The ratings of one criterion as dots over the levels 1-5, equal ones stacked; a tick at the mean, a shaded zone below the minimum."""
    stack = max(Counter(ratings).values(), default=1)
    pitch = min(PITCH, TALLEST / stack)
    axis = HEADROOM + DOT * 2 + (stack - 1) * pitch + 1.8
    drawing = [
        *_zone_below(minimum, axis),
        *_axis(axis),
        *_dots(ratings, axis=axis, pitch=pitch),
        *_mean_tick(mean, axis),
    ]
    return _svg("dot-plot", axis + FOOT, dot_plot_text(ratings, mean=mean, minimum=minimum), drawing)


def dot_plot_text(ratings: Sequence[int], *, mean: float | None, minimum: int | None) -> str:
    """What the dot plot shows, in words."""
    said = f"{plural(len(ratings), 'rating')}: {', '.join(map(str, sorted(ratings)))}" if ratings else "Not rated"
    return _reading(said, mean=mean, minimum=minimum)


@dataclass(frozen=True, slots=True)
class Given:
    """A rating and who gave it: the name for the text alternative, `label` (three characters at most) for the dot."""

    level: int
    name: str
    label: str


def panel_plot(given: Sequence[Given], *, mean: float | None, minimum: int | None) -> Markup:
    """As `dot_plot`, with dots large enough to carry who gave the rating; equal ones are stacked in the order given."""
    stack = max(Counter(one.level for one in given).values(), default=1)
    axis = HEADROOM + BADGE * 2 + (stack - 1) * BADGE_PITCH + 1.8
    drawing = [
        *_zone_below(minimum, axis),
        *_axis(axis),
        *_badges(given, axis=axis),
        *_mean_tick(mean, axis),
    ]
    return _svg("dot-plot panel-plot", axis + FOOT, panel_plot_text(given, mean=mean, minimum=minimum), drawing)


def panel_plot_text(given: Sequence[Given], *, mean: float | None, minimum: int | None) -> str:
    """What the plot shows, in words."""
    return _reading(", ".join(f"{one.name} {one.level}" for one in given) or "Not rated", mean=mean, minimum=minimum)


def _reading(ratings: str, *, mean: float | None, minimum: int | None) -> str:
    said = [ratings]
    if mean is not None:
        said.append(f"mean {decimal(mean)}")
    if minimum is not None:
        said.append(f"minimum {minimum}")
    return "; ".join(said) + "."


def score_strip(score: float | None, means: Sequence[float], reach: tuple[float, float] | None = None) -> Markup:
    """The total as a tick on the scale 1-5, with the mean of each criterion as a ring: what the total is made of, and how even it is.

    `reach` is the total's range: a thick line on the axis, cut off at the ends of the scale.
    """
    axis = score_strip_height(means) - FOOT
    drawing = [*_axis(axis), *_reach(reach, axis), *_rings(_swarm(means), axis=axis), *_mean_tick(score, axis)]
    return _svg("score-strip", axis + FOOT, score_strip_text(score, means, reach), drawing)


def score_strip_height(means: Sequence[float]) -> float:
    """How tall the strip will be, in the units of its width of 116."""
    rows = max((row for _, row in _swarm(means)), default=0)
    return HEADROOM + RING * 2 + min(rows * RING_PITCH, TALLEST_SWARM) + 2.4 + FOOT


def score_strip_text(score: float | None, means: Sequence[float], reach: tuple[float, float] | None = None) -> str:
    """What the strip shows, in words."""
    if score is None or not means:
        return "No total yet on the scale from 1 to 5."
    ranged = f", range from {decimal(max(reach[0], 1))} to {decimal(min(reach[1], 5))}," if reach else ""
    spanned = f"criterion means from {decimal(min(means))} to {decimal(max(means))}"
    return f"Total {decimal(score)}{ranged} on the scale from 1 to 5; {spanned}."


def range_plot(score: float | None, low: float | None, high: float | None, other: float | None = None) -> Markup:
    """A total as a dot in its range on the scale from 1 to 5, cut off at its ends; a ring at the other of default and adjusted score.

    One for each row of a long table: the numbers stand beside it in words, so it says nothing by itself.
    """
    if score is None:
        return Markup("")
    drawing = [
        f'<path class="range-axis" d="M{_along(1)} 8h80" stroke="{RULE}"/><path class="range-notch" d="{_NOTCHES}" stroke="{RULE}"/>'
    ]
    if low is not None and high is not None:
        start, end = _along(max(low, 1.0)), _along(min(high, 5.0))
        drawing.append(
            f'<path class="range-reach" d="M{start} 8H{end}M{start} 5v6M{end} 5v6" stroke="{ACCENT}" stroke-width="1.6" fill="none"/>'
        )
    if other is not None:
        place = _along(min(max(other, 1.0), 5.0))
        drawing.append(f'<circle class="range-other" cx="{place}" cy="8" r="3" fill="none" stroke="{MUTED}" stroke-width="1.2"/>')
    drawing.append(f'<circle class="range-score" cx="{_along(score)}" cy="8" r="2.6" fill="{INK}"/>')
    # Nothing but numbers and names of our own is in it.
    return Markup(f'<svg class="range" viewBox="0 0 92 16" aria-hidden="true" focusable="false">{"".join(drawing)}</svg>')  # nosec B704  # noqa: S704


def _along(level: float) -> str:
    return f"{6 + 20 * (level - 1):.1f}"


_NOTCHES = "".join(f"M{_along(level)} 6.5v3" for level in LEVELS)


def _x(level: float) -> float:
    return FIRST + STEP * (level - 1)


def _svg(name: str, height: float, text: str, drawing: Sequence[Markup]) -> Markup:
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" class="chart {}" role="img" width="{:g}" height="{:g}" viewBox="0 0 {:g} {:g}">')
    title = Markup("<title>{}</title>").format(text)
    return head.format(name, WIDTH, round(height, 2), WIDTH, round(height, 2)) + title + Markup("").join(drawing) + Markup("</svg>")


def _axis(axis: float) -> Iterator[Markup]:
    """One path for the line and its five notches, one text whose five characters have a place each."""
    notches = "".join(f"M{_x(level):g} {axis:g}v2.5" for level in LEVELS)
    yield Markup('<path class="chart-axis" d="M0 {:g}H116{}" stroke="{}" stroke-width="0.8" fill="none"/>').format(axis, notches, RULE)
    places = " ".join(f"{_x(level) - DIGIT_HALF:g}" for level in LEVELS)
    numbers = "".join(map(str, LEVELS))
    yield Markup('<text class="chart-level" x="{}" y="{:g}" font-family="Inter" font-size="8" fill="{}">{}</text>').format(
        places, round(axis + 13.2, 2), MUTED, numbers
    )


def _zone_below(minimum: int | None, axis: float) -> Iterator[Markup]:
    if minimum is None:
        return
    edge = _x(minimum)
    yield Markup('<rect class="chart-below" x="0" y="0" width="{:g}" height="{:g}" fill="{}"/>').format(edge, axis, BELOW)
    yield Markup(
        '<path class="chart-minimum" d="M{:g} 0V{:g}" stroke="{}" stroke-width="0.9" stroke-dasharray="2.2 1.6" fill="none"/>'
    ).format(edge, axis, MUTED)


def _dots(ratings: Sequence[int], *, axis: float, pitch: float) -> Iterator[Markup]:
    for level, count in sorted(Counter(ratings).items()):
        for place in range(count):
            yield Markup('<circle class="chart-dot level-{}" cx="{:g}" cy="{:g}" r="{:g}" fill="{}"/>').format(
                level, _x(level), round(axis - 1.8 - DOT - place * pitch, 2), DOT, LEVEL_INK[level]
            )


def _badges(given: Sequence[Given], *, axis: float) -> Iterator[Markup]:
    below: Counter[int] = Counter()
    for one in given:
        x, y = _x(one.level), round(axis - 1.8 - BADGE - below[one.level] * BADGE_PITCH, 2)
        below[one.level] += 1
        yield Markup('<circle class="chart-dot level-{}" cx="{:g}" cy="{:g}" r="{:g}" fill="{}"/>').format(
            one.level, x, y, BADGE, LEVEL_INK[one.level]
        )
        yield Markup(
            '<text class="chart-label" x="{:g}" y="{:g}" font-family="Inter" font-size="{:g}" font-weight="600"'
            ' text-anchor="middle" fill="#ffffff">{}</text>'
        ).format(x, round(y + 3.2, 2), 9 if len(one.label) < 3 else 7, one.label)


def _swarm(means: Sequence[float]) -> list[tuple[float, int]]:
    """Each mean with the lowest row in which its ring touches no other: the place along the scale stays exact."""
    last_in_row: list[float] = []
    placed = []
    for mean in sorted(means):
        free = (row for row, last in enumerate(last_in_row) if _x(mean) - _x(last) > RING_PITCH)
        row = next(free, len(last_in_row))
        last_in_row[row : row + 1] = [mean]
        placed.append((mean, row))
    return placed


def _rings(swarm: Sequence[tuple[float, int]], *, axis: float) -> Iterator[Markup]:
    highest = max((row for _, row in swarm), default=0)
    pitch = min(RING_PITCH, TALLEST_SWARM / max(highest, 1))
    for mean, row in swarm:
        yield Markup('<circle class="chart-ring" cx="{:g}" cy="{:g}" r="{:g}" fill="#ffffff" stroke="{}" stroke-width="1.1"/>').format(
            round(_x(mean), 2), round(axis - 2.4 - RING - row * pitch, 2), RING, ACCENT
        )


def _reach(reach: tuple[float, float] | None, axis: float) -> Iterator[Markup]:
    if reach is not None:
        start, end = _x(max(reach[0], 1.0)), _x(min(reach[1], 5.0))
        yield Markup('<path class="chart-reach" d="M{:g} {:g}H{:g}" stroke="{}" stroke-width="2.6" fill="none"/>').format(
            round(start, 2), axis, round(end, 2), ACCENT
        )


def _mean_tick(mean: float | None, axis: float) -> Iterator[Markup]:
    if mean is not None:
        yield Markup('<path class="chart-mean" d="M{:g} {:g}v6" stroke="{}" stroke-width="2.4" fill="none"/>').format(
            round(_x(mean), 2), axis - 1.6, INK
        )


def interval(estimate: float, low: float, high: float) -> Markup:
    """A difference in levels with its range, on an axis with 0 in the middle; what goes beyond 1.5 levels ends at the edge."""
    axis = 11.0
    notches = "".join(f"M{_difference_x(value):g} {axis:g}v2.5" for value in (-1, 1))
    drawing = [
        Markup('<path class="chart-axis" d="M4 {:g}H112{}" stroke="{}" stroke-width="0.8" fill="none"/>').format(axis, notches, RULE),
        Markup('<path class="chart-zero" d="M{:g} 1V{:g}" stroke="{}" stroke-width="0.9" fill="none"/>').format(CENTRE, axis + 3, MUTED),
        Markup('<path class="chart-range" d="M{:g} 6H{:g}" stroke="{}" stroke-width="2.2" stroke-linecap="round" fill="none"/>').format(
            _difference_x(low), _difference_x(high), ACCENT
        ),
        Markup('<circle class="chart-ring" cx="{:g}" cy="6" r="3" fill="#ffffff" stroke="{}" stroke-width="1.6"/>').format(
            _difference_x(estimate), ACCENT
        ),
        *(_difference_label(value, axis) for value in (-1, 0, 1)),
    ]
    return _svg("interval", axis + FOOT - 3, interval_text(estimate, low, high), drawing)


def interval_text(estimate: float, low: float, high: float) -> str:
    """What the interval shows, in words."""
    return f"{signed(estimate)} levels; range {signed(low)} to {signed(high)}; 0 is the level of colleagues."


def beside(own: float, others: float | None, most: float) -> Markup:
    """A figure from 0 to `most` as a ring, and others' as a tick; numbers beside it say the same in words."""

    def along(value: float) -> float:
        return round(4 + 72 * max(0.0, min(1.0, value / most)), 2)

    drawing = [Markup('<path class="chart-axis" d="M4 8h72M4 6v4" stroke="{}" stroke-width="0.8" fill="none"/>').format(RULE)]
    if others is not None:
        drawing.append(
            Markup('<path class="chart-mean" d="M{:g} 4v8" stroke="{}" stroke-width="1.6" fill="none"/>').format(along(others), INK)
        )
    drawing.append(
        Markup('<circle class="chart-ring" cx="{:g}" cy="8" r="3" fill="#ffffff" stroke="{}" stroke-width="1.6"/>').format(
            along(own), ACCENT
        )
    )
    head = Markup('<svg class="chart beside" viewBox="0 0 80 16" width="80" height="16" aria-hidden="true" focusable="false">')
    return head + Markup("").join(drawing) + Markup("</svg>")


def signed(value: float) -> str:
    """A difference with its sign and two decimals; one that rounds to nothing has no sign."""
    shown = decimal(abs(value))
    return shown if shown == "0.00" else f"{'+' if value > 0 else '−'}{shown}"


def _difference_x(value: float) -> float:
    return round(CENTRE + PER_LEVEL * max(-FURTHEST, min(FURTHEST, value)), 2)


def _difference_label(value: int, axis: float) -> Markup:
    words = f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)}"
    return Markup(
        '<text class="chart-level" x="{:g}" y="{:g}" text-anchor="middle" font-family="Inter" font-size="8" fill="{}">{}</text>'
    ).format(_difference_x(value), axis + 11, MUTED, words)
