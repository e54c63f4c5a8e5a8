"""Canonical JSON is RFC 8785, and whatever could be read in two ways is refused."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.dossier.canonical import LARGEST_WHOLE, MAX_DEPTH, NotCanonical, canonical, number, read

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-LARGEST_WHOLE, LARGEST_WHOLE),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20)


@given(VALUES)
def test_what_was_read_is_written_the_same_again(value: Any) -> None:
    written = canonical(value)
    assert read(written) == value
    assert canonical(read(written)) == written


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.randoms())
def test_the_order_of_names_makes_no_difference(value: dict[str, Any], chance: Any) -> None:
    members = list(value.items())
    chance.shuffle(members)
    assert canonical(dict(members)) == canonical(value)


@given(VALUES)
def test_spaces_and_escapes_make_no_difference(value: Any) -> None:
    for loose in (json.dumps(value, indent=3), json.dumps(value, ensure_ascii=False)):
        assert canonical(read(loose.encode())) == canonical(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(number(value)) == value
    assert len(number(value)) <= 25


# RFC 8785, appendix B.
@pytest.mark.parametrize(
    ("bits", "written"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_standard_shows(bits: str, written: str) -> None:
    assert number(struct.unpack(">d", bytes.fromhex(bits))[0]) == written


def test_names_and_texts_are_written_as_the_standard_shows() -> None:
    # RFC 8785, 3.2.3 (order by UTF-16 code units, so the emoji stands before U+FB33) and 3.2.2.2.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/\u007f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"'.encode()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "it is not JSON: line 1, column 1 cannot be read"),
        (b'{"a": 1,\n "b": }', "it is not JSON: line 2, column 7 cannot be read"),
        (b'{"a": 1, "b": 2, "a": 1}', "“a” is there twice in one object: readers would differ on which one counts"),
        (b'{"a": NaN}', "NaN is not a number that JSON has"),
        (b"[-Infinity]", "-Infinity is not a number that JSON has"),
        (b"[1e999]", "the number 1e999 is too large"),
        (b"[9007199254740993]", "the whole number 9007199254740993 is too large"),
        (b"9" * 5000, f"the whole number {'9' * 20} is too large"),
        (b'"\xff"', "it is not UTF-8 text (at byte 1)"),
        (b"\xff\xfe[\x00]\x00", "it is not UTF-8 text (at byte 0)"),
        (b"\xef\xbb\xbf[]", "it begins with a byte order mark: some program has written it anew"),
        (b"[" * 100_000 + b"]" * 100_000, "it is nested deeper than any dossier"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "it is nested deeper than any dossier"),
        (b"[" + b"[]," * 1_000_000 + b"[]]", "it is far larger than any dossier"),
        (b" " * 64_000_001, "it is far larger than any dossier"),
    ],
)
def test_what_cannot_be_relied_on_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        read(data)
    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("\ud800", "a text has half a character in it (a lone surrogate)"),
        ({"\udfff": 1}, "a text has half a character in it (a lone surrogate)"),
        (float("nan"), "JSON has no infinite number and no “not a number”"),
        (2**53, "the whole number 9007199254740992 is too large"),
        ({1, 2}, "JSON has no set"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any, complaint: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert str(refused.value) == complaint
