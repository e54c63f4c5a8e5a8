"""Words of a text, with where they stand, and their stems: the same for all inflections, and for British and American spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rubrics.drafting.patterns import words_of

_WORD = re.compile(r"&(?:amp;)?(?![\w;])|[^\W_]+(?:['’][^\W_]+)*[+#]*")
_JOINTS = frozenset({"and", "or", "plus"})
_BRITISH = {
    "behaviour": "behavior",
    "centre": "center",
    "colour": "color",
    "demeanour": "demeanor",
    "endeavour": "endeavor",
    "enrol": "enroll",
    "favour": "favor",
    "flavour": "flavor",
    "fulfil": "fulfill",
    "honour": "honor",
    "humour": "humor",
    "judgement": "judgment",
    "labour": "labor",
    "licence": "license",
    "neighbour": "neighbor",
    "practise": "practice",
    "programme": "program",
}
_ISE = re.compile(r"(?<=[a-z]{3})(is(?=e$|es$|ed$|ing$|er$|ers$|ation(al)?s?$)|ys(?=e$|es$|ed$|ing$))")
_KEEP_ISE = re.compile(
    r"(adv|comprom|conc|dev|exerc|expert|franch|lik|merchand|otherw|paraph|pra|prec|prem|prom|ra|rev|superv|surpr|telev|w|no|enterpr)is"
)
_KEEP = words_of("words", "kept")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text: its lower-case form, its stem, its place, and whether a pause comes before and after it."""

    form: str
    stem: str
    start: int
    end: int
    opens: bool
    closes: bool


def words(text: str, start: int, end: int) -> list[Word]:
    """The words between two places of a text. A hyphen and a slash part words: `problem-solving` is two; `&` is `and`.

    There is a pause at both ends, at a comma and the like, and at `and` and `or`.
    """
    found = list(_WORD.finditer(text, start, end))
    forms = ["and" if match[0][0] == "&" else match[0].lower().replace("’", "'") for match in found]
    pauses = [True, *(_pause(text[a.end() : b.start()]) for a, b in pairwise(found)), True]
    return [
        Word(
            form,
            stem(form),
            match.start(),
            match.end(),
            opens=pauses[place] or forms[place - 1] in _JOINTS,
            closes=pauses[place + 1] or forms[place + 1] in _JOINTS,
        )
        for place, (match, form) in enumerate(zip(found, forms, strict=True))
    ]


def _pause(between: str) -> bool:
    return any(mark in between for mark in ",;:|()[]•·–—&\n*") or " - " in between


@lru_cache(maxsize=20_000)
def stem(form: str) -> str:
    """What all inflections of a word share. Only endings of number, tense and spelling go: `care` and `careful` stay apart."""
    word = form.removesuffix("'s").removesuffix("'")
    if word in ("car", "cars"):
        return "cars"  # Not the stem of care and caring.
    if len(word) < 4 or word in _KEEP or not word.isascii():
        return word
    single = _singular(_american(word))
    return single if len(single) < 4 else _bare(single)


def _american(word: str) -> str:
    for british, american in _BRITISH.items():
        if word.startswith(british) and not word.startswith(american):
            return american + word[len(british) :]
    if _ISE.search(word) and not _KEEP_ISE.match(word):
        return _ISE.sub(lambda match: match[0][0] + "z", word)
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(ss|x|ch|sh|z)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and word[-2] not in "sui" else word


def _bare(word: str) -> str:
    """Without the ending of a verb and without a final e."""
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and re.search(r"[aeiouy]", root) and not word.endswith("eed"):
            if root[-1] == root[-2] and root[-1] not in "aeiolsz":
                root = root[:-1]
            return root if len(root) < 4 else root.removesuffix("e")
    return word.removesuffix("e")
