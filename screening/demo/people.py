"""Everybody in the demonstration. All of them are invented; their addresses end in `.invalid`, where no mail can go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rubrics.qualifications import Facts
from screening.operations.demonstration import DOMAIN

ORGANISATION = "Tidemark Home & Kitchen"


@dataclass(frozen=True, slots=True)
class Habit:
    """How an interviewer rates and writes.

    `shift` is added to what a candidate shows, `noise` is the spread around it, `highest` the highest level ever given. `remarks` are
    further sentences in a note, `blank` the share of notes left empty where nothing was remarkable. `delay` in minutes after the
    interview is when the card comes in.
    """

    shift: float = 0.0
    noise: float = 0.35
    highest: int = 5
    remarks: int = 0
    blank: float = 0.0
    delay: int = 60


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here: hats as worn in the main opening."""

    key: str
    name: str
    hats: tuple[str, ...] = ()
    habit: Habit = field(default_factory=Habit)
    administrator: bool = False
    may_open: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


STAFF = (
    Colleague("mei.tanaka", "Mei Tanaka", administrator=True),
    Colleague("ingrid.solberg", "Ingrid Solberg", ("recruiter",), may_open=True),
    Colleague("tomas.rivera", "Tomás Rivera", ("hiring_manager",)),
    Colleague("henrik.dahl", "Henrik Dahl", ("interviewer",), Habit(shift=-0.75, delay=30)),
    Colleague("rosa.delgado", "Rosa Delgado", ("interviewer",), Habit(shift=0.7, blank=0.3, delay=95)),
    Colleague("kwame.mensah", "Kwame Mensah", ("interviewer",), Habit(highest=4, delay=40)),
    Colleague("eleanor.whitfield", "Eleanor Whitfield", ("interviewer",), Habit(shift=-0.1, remarks=2, delay=160)),
    Colleague("daniel.novak", "Daniel Novák", ("interviewer",), Habit(noise=0.5, blank=0.1, delay=27 * 60)),
    Colleague("priya.raman", "Priya Raman", ("interviewer", "hiring_manager"), Habit(delay=60)),
    Colleague("noor.bakker", "Noor Bakker", ("calibration_lead",)),
    Colleague("leila.haddad", "Leila Haddad", ("impact_analyst",)),
)
"""Henrik is strict, Rosa lenient, Kwame never gives a 5, Eleanor writes a lot, Daniel's cards are late, Priya is as most are.
Noor trains the interviewers; Leila looks after equal treatment. Neither of them judges anybody."""

BY_KEY: Mapping[str, Colleague] = MappingProxyType({colleague.key.partition(".")[0]: colleague for colleague in STAFF})
"""Colleagues by first name, as the stories call them."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A candidate. `ability` is the level shown on average; `strong` and `weak` name the criteria where it is clearly above or below."""

    key: str
    name: str
    ability: float
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)
    source: str = ""
    phone: str = ""
    notes: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


def _facts(months: int | None, near: str | None = None, job: str = "", education: str | None = None, subject: str = "") -> Facts:
    return Facts(months=months, relatedness=near, field=job, education=education, education_field=subject)


BOARD, SITE, TIP, CENTRE, WALK_IN = "Job board", "Own website", "Recommended by staff", "Employment office", "Came to the shop"
S, L, A, E, P = "spoken_communication", "active_listening", "positive_attitude", "empathy", "patience"
C, R, V, W, D = "composure", "conflict_resolution", "problem_solving", "written_communication", "professionalism"

_LATE_SHIFT = "Can start on the first of next month; asked about the late shift."
_NOTICE = "Six weeks' notice in the present job."
_PART_TIME = "Would prefer 30 hours a week. Told that this is possible after three months."
_ADJUST = "Asked for a quiet room for the written exercise. Arranged."
_SPRING = "Applied for the contact centre in spring and was a close second there."
_CAFE, _LINE = "café and restaurant", "telephone line"

APPLICANTS = (
    Applicant(
        "agnieszka.wojcik",
        "Agnieszka Wójcik",
        4.5,
        (E, W),
        (),
        _facts(52, "same", "appliance hotline", "bachelor", "Polish philology"),
        TIP,
    ),
    Applicant(
        "oluwaseun.adebayo", "Oluwaṣeun Adébáyọ̀", 4.2, (V, S), (P,), _facts(31, "same", "bank help desk", "associate", "accounting"), BOARD
    ),
    Applicant(
        "lan.nguyen", "Nguyễn Thị Lan", 4.0, (W, P), (R,), _facts(26, "same", "online shop", "bachelor", "logistics"), SITE, notes=_NOTICE
    ),
    Applicant(
        "marcus.johnson", "Marcus Johnson", 3.8, (C,), (W,), _facts(64, "related", _CAFE, "high_school"), SITE, "+44 20 7946 0112", _SPRING
    ),
    Applicant(
        "katerina.dvorakova",
        "Kateřina Dvořáková",
        3.9,
        (R, L),
        (),
        _facts(40, "related", "hotel reception", "certificate", "tourism"),
        BOARD,
    ),
    Applicant(
        "amina.diallo",
        "Amina Diallo",
        3.8,
        (E, A),
        (),
        _facts(18, "same", "pharmacy counter", "some_college", "nursing"),
        TIP,
        "+44 20 7946 0167",
    ),
    Applicant("jakob.sorensen", "Jakob Sørensen", 3.2, (V,), (C, R), _facts(29, "same", "electronics shop", "high_school"), BOARD),
    Applicant(
        "siobhan.orourke",
        "Siobhán O’Rourke",
        3.6,
        (A, S),
        (W,),
        _facts(9, "same", "call centre", "some_college", "history"),
        SITE,
        notes=_ADJUST,
    ),
    Applicant(
        "mehmet.yildirim", "Mehmet Yıldırım", 3.4, (P,), (), _facts(120, "related", "market stall", "none"), WALK_IN, "+44 20 7946 0138"
    ),
    Applicant(
        "isabelle.lefevre",
        "Isabelle Lefèvre",
        3.7,
        (W, D),
        (),
        _facts(15, "same", "travel agency", "bachelor", "languages"),
        SITE,
        notes=_LATE_SHIFT,
    ),
    Applicant("bao.pham", "Phạm Quốc Bảo", 3.5, (P, L), (S,), _facts(11, "related", "delivery depot", "associate", "informatics"), BOARD),
    Applicant(
        "rajesh.iyer",
        "Rajesh Iyer",
        3.2,
        (V, W),
        (E, A),
        _facts(84, "same", "insurance claims", "master", "economics"),
        BOARD,
        "+44 20 7946 0190",
    ),
    Applicant("grace.kim", "Grace Kim", 3.7, (L, E), (), _facts(22, "same", "opticians", "certificate", "optics"), TIP, notes=_PART_TIME),
    Applicant("eleni.pappa", "Ελένη Παππά", 3.8, (S, C), (), _facts(30, "related", "ferry terminal", "high_school"), SITE),
    Applicant("gabriela.pena", "Gabriela Peña", 3.4, (A, E, S), (R,), _facts(14, "same", "shoe shop", "some_college", "design"), BOARD),
    Applicant("zoe.brueckner", "Zoë Brückner", 3.6, (V,), (), _facts(6, "same", "bicycle workshop", "certificate", "mechanics"), WALK_IN),
    Applicant("callum.macleod", "Callum MacLeod", 2.6, (A,), (S, V), _facts(3, "same", "festival tickets", "high_school"), CENTRE),
    Applicant("stefan.ionescu", "Ștefan Ionescu", 2.9, (S,), (L,), _facts(None, None, "", "bachelor", "law"), BOARD),
    Applicant(
        "hannah.goldberg",
        "Hannah Goldberg",
        3.8,
        (L,),
        (),
        _facts(48, "related", "library desk", "master", "archives"),
        SITE,
        "+44 20 7946 0155",
    ),
    Applicant("chioma.nwosu", "Chiọma Nwosu", 4.1, (S, A), (), _facts(20, "same", "airline check-in", None), TIP, notes=_LATE_SHIFT),
    Applicant(
        "yuki.watanabe",
        "Yuki Watanabe",
        3.5,
        (),
        (),
        _facts(7, None, "", "some_college"),
        BOARD,
        notes="Kind of earlier work to be asked for.",
    ),
    Applicant(
        "thordis.jonsdottir", "Þórdís Jónsdóttir", 3.4, (), (), _facts(0, None, "", "high_school"), CENTRE, notes="First job after school."
    ),
    Applicant(
        "fatima.elsayed",
        "Fatima El-Sayed",
        3.6,
        (V,),
        (),
        _facts(33, "other", "laboratory", "master", "chemistry"),
        SITE,
        "+44 20 7946 0171",
    ),
    Applicant(
        "lukasz.zielinski",
        "Łukasz Zieliński",
        3.5,
        (),
        (),
        _facts(None),
        WALK_IN,
        notes="Left a letter at the till; facts to be asked for.",
    ),
)

EARLIER = (
    Applicant("elif.kaya", "Elif Kaya", 4.2, (S, "reliability"), (), _facts(37, "same", _LINE, "associate", "tourism"), BOARD),
    APPLICANTS[3],
    Applicant("tomasz.nowak", "Tomasz Nowak", 3.3, (L,), ("technical_proficiency",), _facts(16, "same", _CAFE, "high_school"), SITE),
    Applicant("sofia.lindgren", "Sofia Lindgren", 2.7, (), (S,), _facts(8, "related", "crèche", "bachelor", "education"), TIP),
    Applicant("peter.banda", "Peter Banda", 2.5, (), ("reliability",), _facts(50, "other", "warehouse", "high_school"), CENTRE),
)
"""The candidates of the round in spring, which is closed; one of them applied again."""
