"""The words of the demonstration: what interviewers note for a level, and how they give the reason for a recommendation.

`evidence/<criterion>.toml` holds for each level what may be noted when a candidate tells of a case of their own (`told`, with the case
filled in) and when an exercise is watched (`seen`), and a few clauses for the reason of a recommendation.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_HERE = Path(__file__).parent / "evidence"

TOLD_REMARKS: Mapping[str, Sequence[str]] = {
    "low": (
        "I put the question a second time in other words and got the same general answer.",
        "Asked for one instance, then for any instance; none came.",
        "Long pause here, which I did not fill. Then a change of subject.",
        "When I asked what a colleague would say about it: “ask them”.",
        "The follow-up question was answered with a question about holidays.",
        "I would like to be fair: nerves may have played a part, but the example itself was weak.",
    ),
    "middle": (
        "Two follow-up questions brought little more, though nothing that contradicted it.",
        "Details were there as soon as I asked, not before.",
        "Somewhat general at first; became concrete when I asked for the actual words.",
        "I wrote down the sentence as it was said. It is the ordinary thing, done properly.",
        "Asked what would be different with a second try: “I would ask sooner”. A fair point.",
        "The outcome was reported soberly, including the part that did not go well.",
        "Asked who else had been involved; own part and theirs were kept apart.",
        "No example from work at first, then one from a sports club, which did just as well.",
    ),
    "high": (
        "I probed three times and the details held: who, when, what was said.",
        "Needed no prompting at all; the follow-up questions only added to it.",
        "Asked what came of it, and there was a date, a name and a result.",
        "Credit was given to a colleague without being asked, which made it the more believable.",
        "Noteworthy: the part that went wrong came first, and without excuses.",
        "Asked for the exact words and got them, in a tone one would like to hear as a customer.",
        "When I took the other side on purpose, the answer stayed friendly and got more precise.",
        "I compared it with the anchors twice; this is not the level below.",
    ),
}
SEEN_REMARKS: Mapping[str, Sequence[str]] = {
    "low": (
        "I gave the cue twice; it was not taken up.",
        "In the talk afterwards this was seen as having gone well.",
        "About four minutes in; it did not recover after that.",
        "The information sheet had the answer, second paragraph.",
        "I allowed for nerves and would still not rate it higher.",
        "My colleague made it easy here, easier than our customers do.",
    ),
    "middle": (
        "About six minutes in. No cue was needed.",
        "In the talk afterwards the missing step was named at once.",
        "Solid; I have seen the same from people in their first month here.",
        "Looked at the sheet once, then spoke freely.",
        "My colleague tried a second time to throw the thread away; it held.",
        "A bit careful, which the exercise may have caused.",
        "“I would do that part earlier next time”, said without being asked.",
    ),
    "high": (
        "Within the first three minutes, with no cue from us.",
        "My colleague went off the script here, and it made no difference.",
        "In the talk afterwards the reason for each step was there.",
        "It sounded like a conversation, not like an exercise.",
        "I noted the words as spoken, to use them in our own training.",
        "Saw the clock, did not hurry, and was done in time.",
        "Compared with the anchors line by line; this is the level that fits.",
    ),
}
KEEPS_THE_FIVE = "I keep the 5 for what I have seen twice."
REASONS: Mapping[str, Sequence[str]] = {
    "strong_yes": (
        "Yes, without hesitation: {best}.",
        "One of the best I have heard in this round: {best}.",
        "I would want this person on my shift: {best}.",
        "Hire, before somebody else does. {Best}.",
        "{Best}, and {second}. That is what we are looking for.",
    ),
    "yes": (
        "A yes from me: {best}.",
        "{Best}, and {second}.",
        "Ready after the usual induction: {best}.",
        "Sound in what was asked here, and {best}.",
        "Nothing that worries me; {best}.",
    ),
    "yes, with a doubt": (
        "Yes. {Best}, though at times {worst}.",
        "Would fit in well: {best}. To be watched: {worst}.",
        "A yes with one reservation: {worst}. For the rest, {best}.",
    ),
    "no": (
        "Not yet: {worst}.",
        "Fair in parts, but {worst}.",
        "No for this post as it stands: {worst}.",
        "I could not say yes: {worst}.",
        "Pleasant to talk to, yet {worst}.",
    ),
    "no, all in the middle": (
        "Nothing wrong anywhere, and nothing that stands out. The post needs a little more.",
        "The middle of the scale throughout; I would rather wait for somebody surer.",
    ),
    "strong_no": (
        "No. {Worst}, and {second_worst}.",
        "Not for a desk with customers: {worst}.",
        "Clearly below what the post needs: {worst}, and {second_worst}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Bank:
    """The words for one criterion: sentences by level for `told` and `seen`, the `cases` candidates tell of, and clauses."""

    told: Mapping[int, Sequence[str]]
    seen: Mapping[int, Sequence[str]]
    cases: Sequence[str]
    strength: Sequence[str]
    doubt: Sequence[str]

    def sentences(self, level: int, *, watched: bool) -> Sequence[str]:
        """What fits the level; criteria without an exercise (or without a question) have the other kind only."""
        first, second = (self.seen, self.told) if watched else (self.told, self.seen)
        return first.get(level) or second[level]


@cache
def bank(criterion: str) -> Bank:
    with (_HERE / f"{criterion}.toml").open("rb") as file:
        plain = tomllib.load(file)
    told = plain.get("told", {})
    return Bank(_levels(told), _levels(plain.get("seen", {})), told.get("cases", ()), plain["strength"], plain["doubt"])


def _levels(plain: Mapping[str, Any]) -> dict[int, Sequence[str]]:
    return {int(key): sentences for key, sentences in plain.items() if key.isdigit()}


def band(level: int) -> str:
    return "low" if level <= 2 else "middle" if level == 3 else "high"


@dataclass(slots=True)
class Words:
    """Gives out words so that nothing is noted twice about one candidate, and everything is used about equally often."""

    used: Counter[str] = field(default_factory=Counter)
    about: dict[str, set[str]] = field(default_factory=dict)

    def choose(self, offered: Sequence[str], random: Random, *, about: str = "") -> str:
        """One of the offered texts, the least used first; with `about`, none that the candidate has already, else empty."""
        taken = self.about.setdefault(about, set()) if about else set()
        fresh = [text for text in offered if text not in taken]
        if not fresh:
            return ""
        least = min(self.used[text] for text in fresh)
        chosen = random.choice([text for text in fresh if self.used[text] == least])
        self.used[chosen] += 1
        taken.add(chosen)
        return chosen


def with_case(sentence: str, case: str) -> str:
    return sentence.format(case=case, Case=_capital(case))


def reason(value: str, levels: Mapping[str, int], words: Words, random: Random) -> str:
    """The line under a recommendation, from the strongest and the weakest criteria of the card."""
    order = sorted(levels, key=lambda key: (-levels[key], random.random()))
    kind = value
    if value == "yes" and levels[order[-1]] <= 2:
        kind = "yes, with a doubt"
    elif value == "no" and levels[order[-1]] >= 3:
        kind = "no, all in the middle"
    clauses = {
        "best": words.choose(bank(order[0]).strength, random),
        "second": words.choose(bank(order[1]).strength, random),
        "worst": words.choose(bank(order[-1]).doubt, random),
        "second_worst": words.choose(bank(order[-2]).doubt, random),
    }
    sentence = words.choose(REASONS[kind], random)
    return sentence.format(**clauses, **{name.capitalize(): _capital(clause) for name, clause in clauses.items()})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
