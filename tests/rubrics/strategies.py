"""Any rubric that can be made, for tests of what must hold for all of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from rubrics.model import LEVELS, QUESTION_KINDS, Criterion, Kind, Occupation, Question, Rubric, Source, Stage, Weighted
from rubrics.qualifications import EDUCATION_LEVELS, STEPS, EducationRule, ExperienceRule, RequirementRule

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
words = texts.filter(lambda text: text.strip() != "")
keys = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
_education = list(EDUCATION_LEVELS)


@st.composite
def rising(draw: st.DrawFn, low: int, high: int, *, least: int) -> dict[int, int]:
    levels = draw(st.lists(st.sampled_from(STEPS), unique=True, min_size=least))
    values = draw(st.lists(st.integers(low, high), min_size=len(levels), max_size=len(levels)))
    return dict(zip(sorted(levels), sorted(values), strict=True))


@st.composite
def education_rules(draw: st.DrawFn) -> EducationRule:
    levels = {level: _education[place] for level, place in draw(rising(0, len(_education) - 1, least=1)).items()}
    months = draw(st.none() | st.integers(1, 720))
    equivalent = None if months is None else draw(st.sampled_from(_education))
    return EducationRule(levels, months, equivalent, draw(st.none() | st.sampled_from(_education)))


experience_rules = st.builds(ExperienceRule, same=rising(0, 720, least=1), related=rising(0, 720, least=0), asked_field=texts)


@st.composite
def criteria(draw: st.DrawFn, key: str) -> Criterion:
    kind = draw(st.sampled_from(Kind))
    rule = {
        Kind.RATED: st.none(),
        Kind.EXPERIENCE: experience_rules,
        Kind.EDUCATION: education_rules(),
        Kind.REQUIREMENT: st.builds(RequirementRule, st.just(key), texts),
    }[kind]
    return Criterion(
        key=key,
        name=draw(words),
        definition=draw(texts),
        kind=kind,
        job_related=draw(texts),
        questions=tuple(draw(st.lists(st.builds(Question, st.sampled_from(sorted(QUESTION_KINDS)), words, st.tuples(words)), max_size=2))),
        anchors=tuple(draw(texts) for _ in LEVELS),
        rule=draw(rule),
        aliases=draw(st.tuples() | st.tuples(texts)),
        subskills=draw(st.tuples() | st.tuples(texts)),
        sources=draw(st.tuples() | st.tuples(st.builds(Source, texts, texts))),
        onet=draw(st.tuples() | st.tuples(st.builds(Occupation, texts, texts, texts))),
    )


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    items = []
    for key in draw(st.lists(keys, unique=True, max_size=4)):
        weight = Decimal(draw(st.integers(0, 10000))) / 100
        minimum = draw(st.none() | st.sampled_from(LEVELS))
        items.append(Weighted(draw(criteria(key)), weight, draw(texts), minimum, draw(st.booleans())))
    rated = [item.key for item in items if item.criterion.is_rated]
    asked = st.lists(st.sampled_from(rated), unique=True) if rated else st.just([])
    stages = [
        Stage(
            key, draw(words), tuple(draw(asked)), draw(st.integers(5, 480)), draw(st.integers(1, 12)), draw(texts), draw(texts), draw(texts)
        )
        for key in draw(st.lists(keys, unique=True, max_size=2))
    ]
    return Rubric(draw(texts), tuple(items), tuple(stages))
