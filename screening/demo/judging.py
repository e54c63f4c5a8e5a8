"""How the demonstration's interviewers come to their levels: what a candidate is able to, and the habit of the one who rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import fmean

from screening.demo.evidence import KEEPS_THE_FIVE, SEEN_REMARKS, TOLD_REMARKS, Words, band, bank, reason, with_case
from screening.demo.people import Applicant, Colleague
from screening.demo.stories import Card
from screening.services.scorecards import Content, Entry

ABOVE, BELOW, UNEVEN = 0.8, -1.2, 0.3
"""Levels that a strong or a weak point adds, and the spread of everything else around the ability."""

WATCHED = frozenset({"role_play", "practice_call"})
"""Stages in which an exercise is watched instead of a question asked."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One interviewer with one candidate at one stage of an opening."""

    opening: str
    stage: str
    who: Colleague
    applicant: Applicant

    @property
    def name(self) -> str:
        return f"{self.opening}/{self.stage}/{self.applicant.key}"


@dataclass(slots=True)
class Judge:
    """The same seed gives the same levels and the same words."""

    seed: int
    words: Words = field(default_factory=Words)
    _cases: dict[tuple[str, str], str] = field(default_factory=dict)

    def content(self, sitting: Sitting, criteria: Sequence[str], card: Card) -> Content:
        """Everything that stands on the card, with a recommendation and its reason in a line."""
        entries = {criterion: self._entry(sitting, criterion, card) for criterion in criteria}
        levels = {criterion: entry.level for criterion, entry in entries.items() if entry.level is not None}
        value = recommendation(list(levels.values()))
        return Content(entries, value, reason(value, levels, self.words, self._random("reason", sitting.name, sitting.who.key)))

    def _entry(self, sitting: Sitting, criterion: str, card: Card) -> Entry:
        if criterion in card.gaps:
            why, note = card.gaps[criterion]
            return Entry(not_assessed=why, note=note)
        felt = self._felt(sitting, criterion)
        level = card.levels.get(criterion) or min(max(round(felt), 1), sitting.who.habit.highest)
        return Entry(level=level, note=self._note(sitting, criterion, level, capped=round(felt) > level and criterion not in card.levels))

    def _felt(self, sitting: Sitting, criterion: str) -> float:
        """The level before rounding: what the candidate can do, as it showed here, seen through the interviewer's habit."""
        applicant, habit = sitting.applicant, sitting.who.habit
        able = applicant.ability + self._random("able", applicant.key, criterion).gauss(0, UNEVEN)
        able += ABOVE * (criterion in applicant.strong) + BELOW * (criterion in applicant.weak)
        return min(able, 5.3) + habit.shift + self._random("seen", sitting.name, sitting.who.key, criterion).gauss(0, habit.noise)

    def _note(self, sitting: Sitting, criterion: str, level: int, *, capped: bool) -> str:
        habit, random = sitting.who.habit, self._random("note", sitting.name, sitting.who.key, criterion)
        if level in (3, 4) and random.random() < habit.blank:
            return ""
        watched = sitting.stage in WATCHED
        offered = bank(criterion).sentences(level, watched=watched)
        sentence = self.words.choose(offered, random, about=sitting.applicant.key)
        parts = [with_case(sentence, self._case(sitting, criterion))] if sentence else []
        on_this_card = f"{sitting.name}/{sitting.who.key}"
        remarks = (SEEN_REMARKS if watched else TOLD_REMARKS)[band(level)]
        parts += [self.words.choose(remarks, random, about=on_this_card) for _ in range(habit.remarks)]
        if capped and habit.highest < 5:
            parts.append(self.words.choose([KEEPS_THE_FIVE], random, about=on_this_card))
        return " ".join(part for part in parts if part)

    def _case(self, sitting: Sitting, criterion: str) -> str:
        """What the candidate tells of for this criterion at this stage: the same for all who listen, another one at another stage."""
        key = (sitting.name, criterion)
        if key not in self._cases:
            offered = bank(criterion).cases
            random = self._random("case", *key)
            self._cases[key] = self.words.choose(offered, random, about=f"{sitting.applicant.key}/{criterion}") if offered else ""
        return self._cases[key]

    def _random(self, *about: str) -> Random:
        return Random("/".join((str(self.seed), *about)))  # noqa: S311  (repeatable on purpose; nothing here is a secret)


def recommendation(levels: Sequence[int]) -> str:
    """What an interviewer recommends who gave these levels."""
    mean = fmean(levels)
    if mean < 2.3:
        return "strong_no"
    if mean < 3.2 or min(levels) == 1:
        return "no"
    return "strong_yes" if mean >= 4.3 else "yes"
