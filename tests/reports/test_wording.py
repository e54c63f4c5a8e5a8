from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reports.wording import bidi, excerpt, iso, percent, plural, points, printable, runs_left, stamp


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0 %"), (0.305, "30 %"), (0.9, "90 %"), (0.9961, "99 %"), (0.99999, "99 %"), (1.0, "100 %"), (1 - 1e-12, "100 %")],
)
def test_only_full_coverage_reads_100_per_cent(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(("weight", "shown"), [(10, "10"), (8.5, "8.5"), (100 / 12, "8.33"), (0, "0"), (100.0, "100")])
def test_a_weight_has_only_the_decimals_it_needs(weight: float, shown: str) -> None:
    assert points(weight) == shown


def test_times_are_shown_in_utc_whatever_zone_they_come_in() -> None:
    in_lima = datetime(2026, 12, 31, 22, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert stamp(in_lima) == "1 Jan 2027, 03:30 UTC"
    assert iso(in_lima) == "2027-01-01T03:30:00Z"
    assert stamp(datetime(2027, 1, 1, 3, 30)) == stamp(datetime(2027, 1, 1, 3, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("Short enough.", 13, "Short enough."),
        ("Kept the queue calm, then called back.", 22, "Kept the queue calm…"),
        ("one\n\n two\tthree", 40, "one two three"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("", 10, ""),
    ],
)
def test_an_excerpt_ends_at_a_word_and_never_exceeds_its_limit(text: str, limit: int, shown: str) -> None:
    assert excerpt(text, limit) == shown
    assert len(shown) <= limit


def test_what_no_page_can_show_is_replaced_and_everything_else_kept() -> None:
    assert printable("a\x00b\x0bc\x85d\ud800e\ufffff\U0010fffeg") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg"
    assert printable("one\u2028two\u2029three") == "one\ntwo\nthree"
    assert printable("tab\tline\nŁódź 山田 👩‍👧 e\u0301 \u202eabc") == "tab\tline\nŁódź 山田 👩‍👧 e\u0301 \u202eabc"


def test_counted_nouns() -> None:
    assert [plural(count, "card") for count in (0, 1, 2)] == ["0 cards", "1 card", "2 cards"]


@pytest.mark.parametrize(
    ("text", "left"), [("", False), ("12 (!)", False), ("Ana", False), ("ליאת", True), ("3 فاطمة", True), ("Ana ליאת", False)]
)
def test_the_first_letter_says_which_way_a_text_runs(text: str, left: bool) -> None:
    assert runs_left(text) is left


def test_a_name_is_kept_together_only_where_it_runs_from_right_to_left() -> None:
    assert bidi("Ana <b>") == "Ana <b>"
    assert not hasattr(bidi("Ana <b>"), "__html__")
    assert bidi("ליאת <b>") == '<bdi dir="rtl">ליאת &lt;b&gt;</bdi>'
