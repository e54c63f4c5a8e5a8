"""What kind of text it is: an advertisement, an article on what some work needs, notes, or nothing that asks anything of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rubrics.drafting.asking import Mention, mentions
from rubrics.drafting.model import Genre
from rubrics.drafting.passages import Passage, Role
from rubrics.drafting.patterns import named, pattern, words_of
from rubrics.drafting.signs import Signs

FEWEST_IN_AN_ARTICLE = 3
"""An article that names fewer criteria is about something else."""

FEWEST_SERVERS = 5
"""An article of some length that speaks so often of agents, cashiers and the like is about them."""

FEWEST_OF_SERVICE = 3
"""A short one need do so only this often, and one that tells its readers what to do, of those who serve and of customers together."""

FEWEST_IN_NOTES = 2
"""Short lines that name fewer are not a list of what is asked."""

SHORT = 3000
"""Up to this many characters a list of what is needed is enough to make an advertisement, and fewer signs where there is no list."""

FEWEST_CUSTOMERS = 4
"""An advertisement that speaks less often of customers, service and those who give it is one of other work."""

FEW_CHARACTERS = 700
"""Up to this length an advertisement is taken for one of work with customers, and an article is short."""

ENOUGH_SIGNS = 4
"""A text without a list that shows so many kinds of signs is an advertisement; one that only an employer gives counts three times."""

ENOUGH_WANTS = 3
"""So many criteria under headings that announce what is wanted make an advertisement, whatever else is there."""

NOTES = 1500
"""Notes are not longer than this."""

FEW_WORDS = 40
"""Below so many words nothing is said about the language."""

MANY_CUSTOMERS = 5
"""An article of which every 400 characters speak of customers, and which does so this often, is about those who serve them."""

_JOB = named("advertisement")
_BY_AN_EMPLOYER = frozenset({"seeks", "apply", "join"})
_SAID_PLAINLY = pattern("asking", "plainly")
_REQUIREMENTS = pattern("article", "requirements")
_QUALITIES = pattern("article", "qualities")
_PEOPLE = pattern("article", "people")
_SERVICE = pattern("article", "service")
_CUSTOMERS = pattern("article", "customers")
_SERVERS = pattern("article", "servers")
_ENGLISH = words_of("words", "english")


def genre_of(text: str, read: Sequence[Signs], *, is_posting: bool = False) -> Genre:
    """An advertisement speaks of a job to be had; notes are short lines; an article is one only if it names several criteria."""
    if is_posting or _is_advertisement(text, read):
        return Genre.ADVERTISEMENT if serves(text) else Genre.OTHER_WORK
    found = [mention for one in read if one.says_so() for mention in mentions(one, Genre.ARTICLE)]
    short = sum(_is_note(text, one) for one in read)
    if len(text) < NOTES and short >= 0.7 * len(read):
        noted = {mention.key for one in read for mention in mentions(one, Genre.NOTES)}
        return Genre.NOTES if len(noted) >= FEWEST_IN_NOTES else Genre.OTHER
    keys = {mention.key for mention in found}
    headed = any(mention.signs.passage.heading for mention in found)
    told = [mention for mention in found if mention.signs.tells_people()]
    return Genre.ARTICLE if _tells_those_who_serve(text, told) or _is_about_people_at_work(text, len(keys) + headed) else Genre.OTHER


def _is_note(text: str, signs: Signs) -> bool:
    """A few words that are no sentence, or one that asks."""
    closed = text[signs.passage.end - 1] in ".!?"
    return len(signs.passage.words) <= 12 and (not closed or signs.has("must") or signs.has("seeks"))


def _is_advertisement(text: str, read: Sequence[Signs]) -> bool:
    """What only somebody who has a job to give writes, or lists of duties and of requirements."""
    told = Counter(match.lastgroup for match in _JOB.finditer(text.replace("\n", " ")))
    signs = set(told)
    headed = {one.passage.role for one in read if one.passage.heading}
    lists = {one.passage.role for one in read if one.passage.item} & {Role.WANTS, Role.WISHES, Role.DUTIES}
    parts = headed & {Role.DUTIES, Role.BENEFITS, Role.APPLY}
    short = len(text) < SHORT
    if Role.WANTS in headed and parts and (len(parts) > 1 or short or "seeks" in signs):
        return True
    if lists and (len(signs) + len(lists) + len(parts - {Role.DUTIES}) >= 2 or (short and Role.WANTS in lists)):
        return True
    wanted = _wanted_by_name(text, read)
    if wanted is not None and (len(wanted) >= ENOUGH_WANTS or (short and wanted)):
        return True
    shown = len(signs) + 2 * len(signs & _BY_AN_EMPLOYER) + (Role.WANTS in headed)
    # What somebody must have, said more than once or in a description of a job, is in no other short text.
    shown += short * (min(max(told["needs"] - 1, 0), 2) + ({"needs", "posting", "duty"} <= signs))
    if short and told["needs"] and _SAID_PLAINLY.search(text):
        return True
    shown += 0 if wanted is None else 1 + len(headed & {Role.WISHES, Role.BENEFITS, Role.APPLY})
    return shown >= ENOUGH_SIGNS + (not short)


def _wanted_by_name(text: str, read: Sequence[Signs]) -> set[str] | None:
    """The criteria below lines such as `Requirements`, which head nothing but wants; None where there is no such line."""
    wanted: set[str] = set()
    below, seen = False, False
    for one in read:
        if one.passage.heading:
            below = bool(_REQUIREMENTS.fullmatch(text[one.passage.start : one.passage.end].strip(" :*#")))
            seen = seen or below
        elif below and one.passage.role in (Role.WANTS, Role.WISHES):
            wanted.update(mention.key for mention in mentions(one, Genre.OTHER_WORK))
    return wanted if seen else None


def serves(text: str) -> bool:
    """Whether the work is with customers. A short text need not say so often."""
    said = sum(len(pattern("article", name).findall(text)) for name in ("service", "servers", "customers"))
    return said >= FEWEST_CUSTOMERS or len(text) < FEW_CHARACTERS


def _tells_those_who_serve(text: str, told: Sequence[Mention]) -> bool:
    """Whether an article tells those who serve customers what to be or to do, in more than one place, and not what to buy."""
    customers, *at_work = (len(pattern.findall(text)) for pattern in (_CUSTOMERS, _SERVICE, _SERVERS, _PEOPLE))
    places = len({mention.signs.passage.start for mention in told})
    several = len({mention.key for mention in told})
    if places < 2 or several < FEWEST_IN_AN_ARTICLE - (len(text) < NOTES):
        return False
    if customers + sum(at_work) < max(FEWEST_OF_SERVICE, len(text) / 400):
        return False
    return sum(at_work) >= 2 or (any(at_work) and places >= len(text) / 500)


def _is_about_people_at_work(text: str, several: int) -> bool:
    """Whether an article is about what people need who serve customers, or speaks of hardly anything but what somebody needs."""
    qualities, work, servers = (len(pattern.findall(text)) for pattern in (_QUALITIES, _SERVICE, _SERVERS))
    fewest = FEWEST_OF_SERVICE if len(text) < FEW_CHARACTERS else FEWEST_SERVERS
    if servers >= max(fewest, len(text) / 700):
        return several >= FEWEST_IN_AN_ARTICLE - 1
    if several >= FEWEST_IN_AN_ARTICLE and qualities and len(_CUSTOMERS.findall(text)) >= max(MANY_CUSTOMERS, len(text) / 400):
        return True
    return several >= FEWEST_IN_AN_ARTICLE and ((qualities >= 2 and work + servers >= 3) or qualities >= max(6, len(text) / 400))


def is_english(found: Sequence[Passage]) -> bool:
    """Whether the small words are English; a few words alone may be a list."""
    forms = [word.form for passage in found for word in passage.words]
    return len(forms) < FEW_WORDS or sum(form in _ENGLISH for form in forms) >= len(forms) * 0.1
