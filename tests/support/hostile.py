"""What a browser would never send: values and shapes of values that find what nobody thought of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from tests.support.forms import PageForm

TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "NaN",
    "9" * 30,
    "9" * 5000,
    "2147483648",
    "9223372036854775808",
    "٣",
    "\x00",
    "a\x00b",
    "\x07",
    "\x7f",
    "\u0085",
    "\ud800",
    "a\udfffb",
    "\ufeff",
    "\u202e\u2066x",
    "e\u0301" * 50,
    "🧑‍🚒" * 40,
    "x" * 10_000,
    "\n" * 500,
    "'; DROP TABLE accounts; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%s%n%x",
    "=1+1",
    "../../etc/passwd",
    "//evil.example",
    "2026-02-30T25:61",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "null",
    "true",
    "[]",
    "{}",
)
KEYS = (
    "csrf_token ",
    "__proto__",
    "id",
    "account_id",
    "is_administrator",
    "weight_composure",
    "note_",
    "rating_" + "x" * 70,
    "column_99999",
    "do",
    "step",
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(TEXTS), st.text(max_size=40))
NESTED = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3), max_leaves=6
)
_SELDOM = st.sampled_from((*(False,) * 9, True))


@dataclass(frozen=True)
class Sent:
    """A request: its body as bytes and what it says it is."""

    body: bytes
    kind: str


def encoded(text: str) -> str:
    """As a hostile client would put it into a form: lone surrogates as the bytes they would be, and all."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def urlencoded(pairs: list[tuple[str, str]]) -> Sent:
    return Sent("&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs).encode(), "application/x-www-form-urlencoded")


def multipart(pairs: list[tuple[str, str]], files: list[tuple[str, str, bytes]], *, broken: bool = False) -> Sent:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode("utf-8", "surrogatepass")
        + value.encode("utf-8", "surrogatepass")
        for name, value in pairs
    ]
    parts += [
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode("utf-8", "surrogatepass") + content
        for name, file, content in files
    ]
    whole = b"\r\n".join(parts) + b"\r\n--b--\r\n"
    return Sent(whole[: len(whole) * 2 // 3] if broken else whole, "multipart/form-data; boundary=b")


@dataclass(frozen=True)
class Plan:
    """How a form is to be changed, said without knowing which: numbers stand for places among its fields, choices and buttons."""

    target: int
    changes: list[tuple[int, list[str | int]]]
    extras: list[tuple[str, str]]
    button: int
    as_multipart: bool
    broken: bool
    file: tuple[str, bytes]


def plans(files: tuple[bytes, ...]) -> st.SearchStrategy[Plan]:
    place = st.integers(0, 10_000)
    values = st.lists(st.sampled_from(TEXTS) | st.text(max_size=30) | place, max_size=3)
    names = st.sampled_from(("a.csv", "a.pdf", "", "../x\x00.xlsx", "ü" * 300))
    return st.builds(
        Plan,
        target=place,
        changes=st.lists(st.tuples(place, values), max_size=4),
        extras=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(TEXTS)), max_size=2),
        button=place,
        as_multipart=_SELDOM,
        broken=_SELDOM,
        file=st.tuples(names, st.sampled_from(files)),
    )


def changed(form: PageForm, plan: Plan, tokens: dict[str, str]) -> Sent:
    """The form with some of its values made hostile, left out, doubled, or joined by others; its tokens are right."""
    sent, names = form.fields.to_dict(flat=False), sorted(form.kinds) or ["x"]
    for place, values in plan.changes:
        name = names[place % len(names)]
        choices = form.choices.get(name, [""])
        sent[name] = [choices[value % len(choices)] if isinstance(value, int) else value for value in values]
    for name, value in plan.extras:
        sent[name] = [value]
    if form.buttons:
        button, value = form.buttons[plan.button % len(form.buttons)]
        sent.setdefault(button or "x", [value])
    pairs = [(name, value) for name, values in {**sent, **{key: [token] for key, token in tokens.items()}}.items() for value in values]
    if form.multipart or plan.as_multipart:
        files = [(name, *plan.file) for name, kind in form.kinds.items() if kind == "file"]
        return multipart(pairs, files, broken=plan.broken)
    return urlencoded(pairs)


_FIELDS = ("note_composure", "rating_composure", "na_composure", "recommendation", "reason", "why", *KEYS)


def bodies() -> st.SearchStrategy[object]:
    """What a script might send as JSON: nearly right, or wrong in its types."""
    fields = st.dictionaries(st.sampled_from(_FIELDS), SCALARS | NESTED, max_size=4)
    wrong = st.fixed_dictionaries({}, optional={"version": SCALARS, "rubric": SCALARS, "fields": fields | NESTED})
    return st.tuples(st.just("right versions"), fields) | wrong | NESTED


def json_sent(body: object, versions: dict[str, int], spoiled: int) -> Sent:
    if isinstance(body, tuple):
        body = {**versions, "fields": body[1]}
    whole = json.dumps(body).encode("utf-8", "surrogatepass")
    spoils = (whole, whole, whole, whole[:-1], b"", b"\xff\xfe", b"[" * 2000, b'{"version": 1e999}')
    return Sent(spoils[spoiled % len(spoils)], "application/json")
