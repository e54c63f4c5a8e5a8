"""The round in spring for the contact centre: few candidates, all decided, closed."""

from __future__ import annotations

from screening.demo.stories import Meeting, Ruling, Story

SCREEN, PRACTICE, PANEL = "phone_screen", "practice_call", "panel"
PUBLISHED, CLOSED = -84, -60

STORIES = (
    Story("elif.kaya", -82, (
        Meeting(SCREEN, -80, ("rosa",)),
        Ruling(-78, "ingrid", "advance", "The clearest telephone voice of the five."),
        Meeting(PRACTICE, -74, ("henrik", "priya")),
        Ruling(-72, "tomas", "advance", "Typed and talked at once, and lost nobody."),
        Meeting(PANEL, -67, ("eleanor", "kwame")),
        Ruling(-64, "tomas", "offer", "Both panel members would take her tomorrow, and so would I."),
    )),
    Story("marcus.johnson", -82, (
        Meeting(SCREEN, -80, ("kwame",)),
        Ruling(-78, "ingrid", "advance", "Friendly, quick to grasp what is wanted."),
        Meeting(PRACTICE, -74, ("henrik", "eleanor")),
        Ruling(-72, "tomas", "advance", "Slow on the screens, very good with the angry caller."),
        Meeting(PANEL, -67, ("eleanor", "kwame")),
        Ruling(-64, "tomas", "reject", "A close second for one place. Asked to apply again for the service desk."),
    )),
    Story("tomasz.nowak", -82, (
        Meeting(SCREEN, -79, ("priya",)),
        Ruling(-77, "ingrid", "advance", "Good ear; let us see how the systems go."),
        Meeting(PRACTICE, -73, ("rosa", "kwame")),
        Ruling(-71, "tomas", "reject", "Listened well, but the screens took all the attention and the caller waited in silence."),
    )),
    Story("sofia.lindgren", -81, (
        Meeting(SCREEN, -79, ("eleanor",)),
        Ruling(-77, "ingrid", "reject", "Below the minimum for spoken communication, with two chances to explain."),
    )),
    Story("peter.banda", -81, (
        Meeting(SCREEN, -79, ("rosa",)),
        Ruling(-77, "ingrid", "reject", "Three promises in the examples, none of them kept in time; said so himself."),
    )),
)  # fmt: skip
