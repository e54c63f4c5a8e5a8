"""Drawings of how interviewers rate: where things lie, and the same said in words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from reports.charts import beside, interval, interval_text, signed

SVG = "{http://www.w3.org/2000/svg}"


def drawn(markup: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314  (of our own making)


def test_an_interval_lies_where_its_numbers_say() -> None:
    found = drawn(interval(-0.5, -1.0, 0.0))
    ring = found.find(f"{SVG}circle")
    assert ring is not None
    assert (ring.attrib["cx"], found.findall(f"{SVG}path")[2].attrib["d"]) == ("41", "M24 6H58")
    assert found.findtext(f"{SVG}title") == interval_text(-0.5, -1.0, 0.0)
    assert [text.text for text in found.findall(f"{SVG}text")] == ["−1", "0", "+1"]


def test_what_goes_beyond_the_axis_ends_at_its_edge() -> None:
    assert drawn(interval(3.0, -4.0, 9.0)).findall(f"{SVG}path")[2].attrib["d"] == "M7 6H109"
    assert 'cx="76"' in beside(5.0, None, 2.0)


def test_an_interval_is_read_out_with_signs() -> None:
    assert interval_text(-0.456, -0.71, 0.004) == "−0.46 levels; range −0.71 to 0.00; 0 is the level of colleagues."
    assert [signed(value) for value in (0.25, -0.25, -0.001, 0.0)] == ["+0.25", "−0.25", "0.00", "0.00"]


@pytest.mark.parametrize("others", [None, 0.5])
def test_a_figure_beside_others_is_decoration_without_style_or_script(others: float | None) -> None:
    markup = beside(1.0, others, 2.0) + interval(0, -1, 1)
    assert "style=" not in markup
    found = drawn(beside(1.0, others, 2.0))
    assert (found.attrib["aria-hidden"], len(found.findall("path"))) == ("true", 1 if others is None else 2)
