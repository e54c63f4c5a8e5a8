"""What has happened in the main opening so far, candidate by candidate. Days are working days from today (-1 is the last one)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SCREEN, PLAY, PANEL = "phone_screen", "role_play", "panel"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A submitted card changed later: the new levels, and why."""

    day: int
    levels: Mapping[str, int]
    notes: Mapping[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Card:
    """An interviewer's card where it is not simply filled in and submitted.

    `filled` is how many criteria a draft has (None: submitted; 0: not begun). `gaps` are criteria not assessed: why, and the note.
    `levels` are given whatever the interviewer's habit. `late`: assigned only when another card was in. `ago`: minutes before now.
    """

    who: str
    filled: int | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    gaps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amended: Amendment | None = None
    late: bool = False
    ago: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """An interview with its interviewers. `ago`: minutes before now, for one today. `instead_of` was planned first and fell ill."""

    stage: str
    day: int
    cards: tuple[Card | str, ...]
    ago: int = 0
    instead_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision; `undone` is (day, reason) where it was taken back by the same person."""

    day: int
    who: str
    kind: str
    reason: str
    undone: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Final:
    """A final rating, so many minutes into the debrief. Without a level the one that stands is withdrawn."""

    minute: int
    who: str
    criterion: str
    level: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Debrief:
    """The panel's talk about a candidate, with the final ratings that came of it."""

    day: int
    finals: tuple[Final, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A candidate's way through the round, from the day of being added."""

    applicant: str
    added: int
    steps: tuple[Meeting | Ruling | Debrief, ...] = ()


@dataclass(frozen=True, slots=True)
class Strike:
    """A criterion made void, or one question of it (by its place); `undone` is the reason for which it was taken back the same day."""

    day: int
    criterion: str
    reason: str
    question: int | None = None
    undone: str = ""


def _screened(who: str, day: int, reason: str, kind: str = "advance") -> tuple[Meeting | Ruling, ...]:
    return Meeting(SCREEN, day, (who,)), Ruling(day + 2, "ingrid", kind, reason)


STORIES = (
    Story("agnieszka.wojcik", -20, (
        *_screened("eleanor", -17, "Clear, warm and exact on the telephone; the router example was thought through to the end."),
        Meeting(PLAY, -11, ("henrik", "rosa")),
        Ruling(-9, "tomas", "advance", "Best written reply so far, and calm with the customer. Panel as soon as possible."),
        Meeting(PANEL, -4, ("henrik", "eleanor", "kwame")),
        Ruling(-1, "tomas", "offer", "Strong on all that weighs much, three yeses from the panel. Offer at step 2, start on the first."),
    )),
    Story("oluwaseun.adebayo", -20, (
        *_screened("daniel", -17, "Found two causes for the outage where others found one. Speaks so that one can take notes."),
        Meeting(PLAY, -11, ("kwame", "eleanor")),
        Ruling(-8, "tomas", "advance", "Hurried the slow customer a little, but the solution was the best of the day."),
        Meeting(PANEL, -3, (Card("henrik", levels={"empathy": 3}), "priya", Card("rosa", levels={"empathy": 5}))),
    )),
    Story("lan.nguyen", -20, (
        *_screened("rosa", -17, "Quiet but precise; repeated the question back before answering."),
        Meeting(PLAY, -10, ("priya", "rosa")),
        Ruling(-7, "tomas", "advance", "Very strong in writing. The panel should look closely at conflict resolution."),
        Meeting(PANEL, -2, (
            Card("kwame", levels={"conflict_resolution": 2}),
            Card("eleanor", levels={"conflict_resolution": 4}),
            Card("daniel", filled=3),
        )),
    )),
    Story("marcus.johnson", -20, (
        *_screened("kwame", -16, "Steady and friendly; years of full restaurants show."),
        Meeting(PLAY, -10, ("henrik", "daniel")),
        Ruling(-7, "tomas", "advance", "Not a writer, but nobody stayed calmer in the role-play. Worth the panel."),
        Meeting(PANEL, -4, (
            "priya",
            "eleanor",
            Card("rosa", gaps={"professionalism": ("candidate_declined", "Preferred not to speak about the last employer. Fair enough.")}),
        )),
        Ruling(-1, "tomas", "hold", "Could do the job. Hold until our first choice has answered; tell him so on Friday."),
    )),
    Story("katerina.dvorakova", -20, (
        *_screened("priya", -16, "Reception work is close to ours, and it was all in the examples."),
        Meeting(PLAY, -9, ("eleanor", "daniel")),
        Ruling(-6, "tomas", "advance", "Turned the quarrel about the coffee machine into a choice of two. Panel."),
        Meeting(PANEL, 0, (Card("kwame", ago=18), Card("priya", filled=0), Card("daniel", filled=2, ago=9)), ago=150),
    )),
    Story("amina.diallo", -20, (
        *_screened("priya", -16, "Warmth and order in the same answer. A pharmacy counter is a good school."),
        Meeting(PLAY, -9, ("kwame", "rosa")),
        Ruling(-5, "tomas", "advance", "Left the form for later and spoke to the person first. That is what we want."),
        Meeting(PANEL, 1, (Card("rosa", filled=0), Card("daniel", filled=0), Card("henrik", filled=0))),
    )),
    Story("jakob.sorensen", -20, (
        *_screened("rosa", -16, "Thinks well about causes. Temper to be seen in the role-play."),
        Meeting(PLAY, -9, (
            Card("henrik", levels={"composure": 1, "conflict_resolution": 2}),
            Card("priya", levels={"composure": 2, "conflict_resolution": 2}),
        )),
        Ruling(-7, "tomas", "reject", "Shouted back at the customer in the role-play; below our minimum for staying calm in both cards."),
    )),
    Story("siobhan.orourke", -19, (
        *_screened("daniel", -15, "Nine months on the telephone and it shows in the greeting alone."),
        Meeting(PLAY, -4, (
            Card("rosa", gaps={"composure": ("not_asked", "My customer never got loud; I forgot the second half of the part.")}),
            "kwame",
        )),
    )),
    Story("mehmet.yildirim", -19, (
        *_screened("kwame", -15, "Ten years of customers at the stall, and a good ear."),
        Meeting(PLAY, -4, (
            Card("rosa", levels={"conflict_resolution": 4}),
            Card(
                "kwame",
                levels={"conflict_resolution": 2},
                gaps={"patience": ("not_applicable", "The customer gave in too early to try anyone's patience.")},
            ),
            Card("priya", late=True),
        )),
    )),
    Story("isabelle.lefevre", -19, (
        Meeting(SCREEN, -15, (
            Card("eleanor", gaps={"problem_solving": ("no_time", "The line dropped twice; the time was gone before this question.")}),
        )),
        Ruling(-12, "ingrid", "advance", "Three questions of four, all answered well. The fourth belongs into the next talk."),
        Meeting(PLAY, -3, ("priya", "henrik"), instead_of=("kwame", "priya")),
    )),
    Story("bao.pham", -19, (
        *_screened("priya", -14, "Soft voice, but heard everything that was said. Let us see him with the customer."),
        Meeting(PLAY, -3, ("henrik", Card("daniel", filled=0))),
    )),
    Story("rajesh.iyer", -18, (
        *_screened("daniel", -14, "Exact and quick with causes. A little cool."),
        Meeting(PLAY, -7, (
            "eleanor",
            Card("henrik", gaps={"written_communication": ("other", "Fire drill in the last ten minutes; the reply was not finished.")}),
        )),
        Ruling(-5, "tomas", "hold", "Strong in reasoning, distant with the customer. To be compared when all role-plays are in."),
    )),
    Story("grace.kim", -18, (
        *_screened("rosa", -14, "Caught the deadline that I had hidden in the story."),
        Meeting(PLAY, -1, ("eleanor", Card("henrik", filled=3))),
    )),
    Story("eleni.pappa", -16, (
        *_screened("daniel", -10, "A ferry terminal in August is a good school. Calm and plain."),
        Meeting(PLAY, 1, (Card("henrik", filled=0), Card("kwame", filled=0))),
    )),
    Story("gabriela.pena", -17, (
        *_screened("kwame", -13, "Lovely manner on the telephone; reasons were sound."),
        Meeting(PLAY, -7, (
            Card(
                "henrik",
                levels={"conflict_resolution": 2, "empathy": 3, "written_communication": 2},
                amended=Amendment(
                    -4,
                    {"conflict_resolution": 3},
                    {"conflict_resolution": "One offer, made late, and accepted. I was writing at that moment and had missed it."},
                    "Rosa's card reminded me that the loan machine had been offered.",
                ),
            ),
            Card("rosa", levels={"conflict_resolution": 4, "empathy": 5, "written_communication": 4}),
        )),
        Ruling(
            -5, "tomas", "reject", "Too little on conflict resolution for this desk.",
            undone=(-3, "I had read only the first of the two cards. Side by side this is closer than I made it; I want to look again."),
        ),
        Debrief(-2, (
            Final(12, "henrik", "conflict_resolution", 3, "The loan machine was offered, late: more than phrases, no choice of two."),
            Final(21, "rosa", "empathy", 4, "I may have liked the tone better than what was done with it."),
            Final(26, "henrik", "written_communication", 4, "Rosa is right: the customer has the answer after two lines."),
            Final(33, "rosa", "empathy"),
            Final(41, "henrik", "written_communication", 3, "Read once more beside the anchors: a 3 in every word, no sign of a 4."),
        )),
    )),
    Story("zoe.brueckner", -14, (
        *_screened("eleanor", -9, "Explains like somebody who repairs things. Six months only, but good ones."),
        Meeting(PLAY, 2, (Card("eleanor", filled=0), Card("kwame", filled=0))),
    )),
    Story("callum.macleod", -17, _screened(
        "priya", -13, "Hard to follow even when asked again, and the telephone is most of this job. Told kindly, with feedback.", "reject"
    )),
    Story("stefan.ionescu", -16, _screened(
        "henrik", -12, "Spoke well and listened little: the answers were to other questions. Below the minimum.", "reject"
    )),
    Story("hannah.goldberg", -8, (
        Meeting(SCREEN, -4, (
            Card(
                "eleanor",
                levels={"active_listening": 3},
                amended=Amendment(
                    -2,
                    {"active_listening": 4},
                    {"active_listening": "Named the contradiction between two dates and asked about it. I had this under another call."},
                    "I had mixed up my notes of two calls on the same morning.",
                ),
            ),
        )),
    )),
    Story("chioma.nwosu", -5, (Meeting(SCREEN, -2, ("rosa",)),)),
    Story("yuki.watanabe", -8, (Meeting(SCREEN, -4, (Card("daniel", filled=0),)),)),
    Story("thordis.jonsdottir", -5, (Meeting(SCREEN, 0, (Card("daniel", filled=0),), ago=50),)),
    Story("fatima.elsayed", -9, (
        Meeting(SCREEN, -6, (
            Card("kwame", gaps={"active_listening": ("other", "Very poor line; whatever I wrote here would be a guess.")}),
        )),
        Ruling(-4, "ingrid", "hold", "The line made half of it impossible to judge. Kwame tries to find a time for a second call."),
    )),
    Story("lukasz.zielinski", -1),
)  # fmt: skip

STRIKES = (
    Strike(
        -3,
        "empathy",
        "Half of Mill Lane had water in the cellar last month. Nobody should have to play this through for a job: ask one of the others.",
        question=1,
    ),
    Strike(
        -2,
        "patience",
        "In some role-plays the customer gave in before anybody's patience was tried. Left out until it is clear in how many.",
        undone="Asked all who play the customer: it was one talk in nine. It counts again, and the customer gives in later.",
    ),
)
"""What was found wrong with the rubric while the round was going on."""
