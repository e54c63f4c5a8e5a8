"""What was read in a text: frozen values, each with the places in the text that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How strongly something is asked for."""

    REQUIRED = "required"
    PREFERRED = "preferred"


class Confidence(StrEnum):
    """How sure the reading is: `clear` where the text asks for it in so many words, `likely` where it says it in passing."""

    CLEAR = "clear"
    LIKELY = "likely"


class Genre(StrEnum):
    """What kind of text it is. `other_work` advertises work that serves no customers; an `other` text asks nothing of anybody."""

    ADVERTISEMENT = "advertisement"
    OTHER_WORK = "other_work"
    ARTICLE = "article"
    NOTES = "notes"
    OTHER = "other"

    @property
    def is_advertisement(self) -> bool:
        return self in (Genre.ADVERTISEMENT, Genre.OTHER_WORK)


class Requirement(StrEnum):
    """Whether work experience is asked for."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    NOT_REQUIRED = "not_required"
    NOT_STATED = "not_stated"


NOT_STATED = "not_stated"
"""An education level that a text is silent about; the others are those of `rubrics.qualifications.EDUCATION_LEVELS`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of `Draft.text`, the last place excluded."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def meets(self, other: Span) -> bool:
        """Whether both hold the same character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion of the library that the text asks for; `evidence` is the plainest place first, at most three."""

    key: str
    level: Level
    confidence: Confidence
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something the text asks for that no criterion of the library covers."""

    name: str
    level: Level
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Years:
    """A length of experience in years (six months are 0.5) and what it is to be in. None where the text does not say."""

    minimum: float | None = None
    maximum: float | None = None
    field: str = ""
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Experience:
    """Work experience asked for. `asked` belongs to the requirement if there is one, else to the wish; `wished` is a wish beside it."""

    requirement: Requirement = Requirement.NOT_STATED
    asked: Years = field(default_factory=Years)
    wished: Years | None = None


@dataclass(frozen=True, slots=True)
class Education:
    """Education asked for: `minimum` and `preferred` are levels, `none` (the text says that none is needed) or `not_stated`."""

    minimum: str = NOT_STATED
    preferred: str = NOT_STATED
    equivalent_experience: bool = False
    minimum_evidence: tuple[Span, ...] = ()
    preferred_evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """A language to be spoken or written."""

    name: str
    level: Level
    evidence: Span


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in which customers are served: `phone`, `email`, `chat`, `ticket`, `in_person`, `social_media`, `video`, `mail`."""

    name: str
    evidence: Span


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text asks for. All places count in `text`: the text as given, or the readable parts of a JobPosting or a page.

    `passed_over` are passages that were read as no demand (benefits, the company about itself, links), each with what it is.
    `remark` says in a sentence why nothing was found, and is empty otherwise.
    """

    text: str
    genre: Genre
    title: str = ""
    criteria: tuple[Asked, ...] = ()
    experience: Experience = field(default_factory=Experience)
    education: Education = field(default_factory=Education)
    languages: tuple[Language, ...] = ()
    channels: tuple[Channel, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    passed_over: tuple[tuple[Span, str], ...] = ()
    remark: str = ""
