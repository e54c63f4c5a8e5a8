"""Small charts as SVG markup: pure functions, the same drawing on screen and on paper.

Colours stand in presentation attributes, the paper's values; a style sheet may override them through the class names (a dark screen does).
Nothing depends on colour: position says the level, shape says the kind of mark, and each chart carries its reading as a text alternative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from reports.wording import decimal, plural

LEVELS = (1, 2, 3, 4, 5)
LEVEL_INK = {1: "#a84c18", 2: "#8a5a12", 3: "#4b5563", 4: "#1f6275", 5: "#0b4a5a"}
INK, MUTED, RULE, BELOW, ACCENT = "#1c2430", "#566072", "#aab3bf", "#eef0f3", "#0f5c6e"

WIDTH, FIRST, STEP = 116.0, 10.0, 24.0
DOT, PITCH, RING, RING_PITCH = 3.9, 8.6, 2.3, 6.0
TALLEST, TALLEST_SWARM = 60.0, 36.0
HEADROOM, FOOT = 2.0, 16.5
DIGIT_HALF = 2.45


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
    said = [f"{plural(len(ratings), 'rating')}: {', '.join(map(str, sorted(ratings)))}" if ratings else "Not rated"]
    if mean is not None:
        said.append(f"mean {decimal(mean)}")
    if minimum is not None:
        said.append(f"minimum {minimum}")
    return "; ".join(said) + "."


def score_strip(score: float | None, means: Sequence[float]) -> Markup:
    """The total as a tick on the scale 1-5, with the mean of each criterion as a ring: what the total is made of, and how even it is."""
    axis = score_strip_height(means) - FOOT
    drawing = [*_axis(axis), *_rings(_swarm(means), axis=axis), *_mean_tick(score, axis)]
    return _svg("score-strip", axis + FOOT, score_strip_text(score, means), drawing)


def score_strip_height(means: Sequence[float]) -> float:
    """How tall the strip will be, in the units of its width of 116."""
    rows = max((row for _, row in _swarm(means)), default=0)
    return HEADROOM + RING * 2 + min(rows * RING_PITCH, TALLEST_SWARM) + 2.4 + FOOT


def score_strip_text(score: float | None, means: Sequence[float]) -> str:
    """What the strip shows, in words."""
    if score is None or not means:
        return "No total yet on the scale from 1 to 5."
    spanned = f"criterion means from {decimal(min(means))} to {decimal(max(means))}"
    return f"Total {decimal(score)} on the scale from 1 to 5; {spanned}."


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


def _mean_tick(mean: float | None, axis: float) -> Iterator[Markup]:
    if mean is not None:
        yield Markup('<path class="chart-mean" d="M{:g} {:g}v6" stroke="{}" stroke-width="2.4" fill="none"/>').format(
            round(_x(mean), 2), axis - 1.6, INK
        )
