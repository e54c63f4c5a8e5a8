from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.charts import LEVEL_INK, dot_plot, dot_plot_text, score_strip, score_strip_height, score_strip_text

SVG = "{http://www.w3.org/2000/svg}"


def svg(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 - drawn by ourselves, a line above


def parts(markup: str, name: str) -> list[ElementTree.Element]:
    return [node for node in svg(markup).iter() if node.get("class", "").startswith(name)]


def places(markup: str, name: str) -> list[tuple[float, float]]:
    return [(float(node.attrib["cx"]), float(node.attrib["cy"])) for node in parts(markup, name)]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_rating_is_a_dot_at_its_level_and_equal_ones_are_stacked() -> None:
    dots = places(dot_plot([4, 2, 4, 4], mean=3.5, minimum=None), "chart-dot")

    assert [x for x, _ in dots] == [34.0, 82.0, 82.0, 82.0]
    heights = [y for _, y in dots]
    assert heights[0] == heights[1]
    assert heights[1] - heights[2] == pytest.approx(8.6)
    assert heights[2] - heights[3] == pytest.approx(8.6)


def test_the_mean_stands_exactly_where_it_belongs() -> None:
    (tick,) = parts(dot_plot([2, 3], mean=2.5, minimum=None), "chart-mean")

    assert tick.attrib["d"].startswith("M46 ")


def test_the_zone_below_the_minimum_ends_at_the_minimum() -> None:
    drawn = dot_plot([3], mean=3, minimum=3)

    assert [(zone.attrib["x"], zone.attrib["width"]) for zone in parts(drawn, "chart-below")] == [("0", "58")]
    assert parts(drawn, "chart-minimum")[0].attrib["d"].startswith("M58 0V")
    assert parts(dot_plot([3], mean=3, minimum=None), "chart-below") == []


def test_nothing_rated_draws_the_scale_alone() -> None:
    drawn = dot_plot([], mean=None, minimum=None)

    assert [node.get("class") for node in svg(drawn)] == [None, "chart-axis", "chart-level"]


def test_a_dozen_equal_ratings_stay_inside_the_picture() -> None:
    drawn = dot_plot([4] * 12, mean=4, minimum=None)
    height = float(svg(drawn).attrib["height"])

    assert height < 90
    assert all(3.9 <= y <= height - 16 for _, y in places(drawn, "chart-dot"))


@pytest.mark.parametrize(
    ("ratings", "mean", "minimum", "words"),
    [
        ([5, 4, 4], 13 / 3, 3, "3 ratings: 4, 4, 5; mean 4.33; minimum 3."),
        ([2], 2.0, None, "1 rating: 2; mean 2.00."),
        ([], None, 3, "Not rated; minimum 3."),
    ],
)
def test_the_plot_says_in_words_what_it_shows(ratings: list[int], mean: float | None, minimum: int | None, words: str) -> None:
    assert dot_plot_text(ratings, mean=mean, minimum=minimum) == words
    assert svg(dot_plot(ratings, mean=mean, minimum=minimum)).findtext(f"{SVG}title") == words


def test_rings_keep_their_place_and_never_touch() -> None:
    means = [3.0, 3.05, 3.0, 4.25, 4.3, 1.0]
    rings = places(score_strip(3.5, means), "chart-ring")

    assert sorted(x for x, _ in rings) == pytest.approx(sorted(10 + 24 * (mean - 1) for mean in means), abs=0.01)
    apart = [((x - u) ** 2 + (y - v) ** 2) ** 0.5 for at, (x, y) in enumerate(rings) for u, v in rings[:at]]
    assert min(apart) > 4.6


def test_the_strip_is_as_tall_as_it_says() -> None:
    for means in ([], [3.0], [3.0] * 4, [3.0] * 40):
        assert float(svg(score_strip(3, means)).attrib["height"]) == pytest.approx(score_strip_height(means), abs=0.01)
    assert score_strip_height([3.0] * 40) < 65


def test_the_strip_says_in_words_what_it_shows() -> None:
    assert score_strip_text(3.456, [2.5, 4.75]) == "Total 3.46 on the scale from 1 to 5; criterion means from 2.50 to 4.75."
    assert score_strip_text(None, []) == "No total yet on the scale from 1 to 5."


def test_level_colours_can_be_told_from_the_paper() -> None:
    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in LEVEL_INK.values())


def test_a_chart_has_no_inline_style_and_no_script() -> None:
    assert "style=" not in dot_plot([1, 5], mean=3, minimum=2) + score_strip(3, [3])
