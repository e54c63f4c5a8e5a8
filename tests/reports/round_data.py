"""A customer service round, half way through, as the panel wrote it: criteria with their anchors, and who saw what."""

from __future__ import annotations

ANA, MARCUS, INES, TOMASZ = (
    ("Ana Petrović", "Phone screen"),
    ("Marcus Bell", "Role play"),
    ("Inês Carvalho", "Panel interview"),
    ("Tomasz Zieliński", "Panel interview"),
)
PANEL = (ANA, MARCUS, INES, TOMASZ)

# key, name, weight, minimum, required, anchors 1-5, one (level, note) or (None, reason) or None (not at that stage) for each of PANEL
CRITERIA = (
    (
        "spoken_communication", "Spoken communication", 12, 3, True,
        (
            "Mumbles, rambles or talks over the caller; the point stays unclear even after a second attempt.",
            "Gets the main point across, but with jargon or detours that a customer would have to ask about.",
            "Speaks clearly in plain words at an even pace; most answers have a beginning and an end.",
            "Plain, well-ordered answers; adjusts pace and words when the listener hesitates and checks that it landed.",
            "Makes a difficult matter simple at the first attempt, in a warm voice, and ends with what happens next and when.",
        ),
        (
            (4, "Explained a delayed refund in three short steps, then asked me to say back what I would do next."),
            (5, "Stayed with plain words for the upset caller and closed with a date and a name to ask for."),
            (4, "Ordered answers, a beginning and an end to each."),
            (4, "Clear. Rephrased “prorated” as “only the days you used” when Inês frowned."),
        ),
    ),
    (
        "active_listening", "Active listening", 12, 3, True,
        (
            "Interrupts or answers another question than the one that was put; details have to be repeated.",
            "Hears the request but misses what lies behind it; needs prompting to ask anything back.",
            "Lets people finish, asks a fitting question and answers what was asked.",
            "Sums up what was said before acting and picks up an unspoken worry with a question of their own.",
            "Draws out the real need in few questions, reflects the feeling as well as the facts and corrects own mistakes at once.",
        ),
        (
            (4, "Repeated my order number and the fact that it was a gift before offering anything."),
            (5, "“It sounds as if the second delay was the worse one.” The caller calmed down audibly."),
            (4, "Noticed that we had asked two questions in one and answered both."),
            (5, "Asked what the customer had tried already, then used the answer two minutes later."),
        ),
    ),
    (
        "empathy", "Empathy", 10, None, False,
        (
            "Dismisses or argues with the customer’s feeling.",
            "Says the set phrase without any link to this customer’s situation.",
            "Names the difficulty and stays friendly while working on it.",
            "Says why it matters for this customer and lets that guide the choice of solution.",
            "The customer would feel understood even when the answer is no, and trust the reason given for it.",
        ),
        (
            None,
            (5, "Told the caller that a birthday present cannot be late twice and looked for the pick-up point first."),
            (4, "Described a pensioner who was ashamed to ask; let him keep face by asking her own question first."),
            (4, "Warm and specific. Did not promise what she could not keep."),
        ),
    ),
    (
        "problem_solving", "Problem solving", 12, 3, False,
        (
            "Gives up or passes the matter on without looking into it.",
            "Tries the one usual fix; does not ask why it happened.",
            "Finds the cause with ordinary questions and offers a fix that works.",
            "Weighs two ways out, tells the customer the difference and follows it up.",
            "Solves it for good: finds the cause, tells those who can remove it and prevents the next call.",
        ),
        (
            None,
            (2, "Restarted the router three times; did not ask since when it failed, so the outage map never came up."),
            (4, "Compared refund and replacement aloud and let the customer choose; noted a reminder for Friday."),
            (3, "Found the double booking herself. No thought of why the system had allowed it."),
        ),
    ),
    (
        "composure", "Composure under pressure", 10, 3, True,
        (
            "Loses patience or goes silent when attacked.",
            "Becomes short or defensive; recovers only after the call.",
            "Stays polite and on the matter when a customer is loud.",
            "Slows the conversation down, sets a friendly limit and comes back to what can be done.",
            "Turns an angry conversation round and keeps the next one free of it.",
        ),
        (
            None,
            (4, "Lowered her voice when mine rose, waited, then: “Let me tell you the two things I can do right now.”"),
            (2, "Became short when I insisted a third time; said “as I already told you” twice."),
            None,
        ),
    ),
    (
        "written_communication", "Written communication", 8, None, False,
        (
            "The message cannot be understood or would embarrass the organisation.",
            "Understandable, with mistakes or a tone that would need editing before it is sent.",
            "Correct, polite and complete; could be sent as it is.",
            "Well ordered and in the customer’s own terms; answers the question that would have come next.",
            "A model answer that colleagues would keep and use again.",
        ),
        (
            (3, "Sample e-mail: correct and polite, one long paragraph."),
            None,
            (3, "Could be sent as it is. The apology comes after the conditions."),
            (4, "Answered the question about return postage that nobody had asked yet."),
        ),
    ),
    (
        "product_learning", "Learning products and systems", 8, None, False,
        (
            "Avoids new systems; shows no way of learning them.",
            "Learns when shown step by step, several times.",
            "Learns from guides and colleagues within the usual time and keeps notes.",
            "Finds out alone, tests what was understood and explains it to others.",
            "Quickly becomes the person others ask, and improves the guide on the way.",
        ),
        (
            (4, "Taught herself the booking system from its help pages in the first week, then wrote a page of tips for her team."),
            None,
            (4, "Keeps a list of error texts with what had helped."),
            None,
        ),
    ),
    (
        "teamwork", "Teamwork", 7, None, False,
        (
            "Works against colleagues or hides information from them.",
            "Helps when told to; hand-overs have gaps.",
            "Shares what others need and keeps promises to them.",
            "Sees where a colleague is stuck and offers help that fits; hand-overs need no questions.",
            "Makes the whole shift better, also when it is at a cost to own figures.",
        ),
        (
            None,
            None,
            (4, "Swapped her lunch break for weeks so that a new colleague never sat alone at the desk."),
            (5, "Gave up her own queue to clear the other desk’s backlog, and told the supervisor why."),
        ),
    ),
    (
        "reliability", "Reliability and time keeping", 7, 3, False,
        (
            "Often late or absent without word; promises are forgotten.",
            "Needs reminding; deadlines slip without warning.",
            "On time, keeps promises and says early when one is at risk.",
            "Plans for the busy hour and keeps a list of open promises.",
            "Others set their clock by it; no promise to a customer was lost in a long and busy time.",
        ),
        (
            (3, "On time for the call. Two short absences last year, both announced."),
            None,
            (4, "Keeps open call-backs on a card and clears it before going home."),
            None,
        ),
    ),
    (
        "de_escalation", "Handling complaints", 7, None, False,
        (
            "Blames the customer or a colleague.",
            "Apologises but leaves the complaint where it was.",
            "Takes the complaint on, says what will be done and does it.",
            "Finds out what would make it right, agrees it within the rules and checks afterwards.",
            "A complaint becomes a reason to stay; what caused it is put right for everybody.",
        ),
        (
            None,
            (4, "Asked what would make it right; offered the voucher only after the customer had said “just the parcel”."),
            None,
            (3, "Took it on and kept the promise. Did not check whether the customer was content."),
        ),
    ),
    (
        "service_orientation", "Service orientation", 4, None, False,
        (
            "Sees customers as a nuisance.",
            "Does what is asked, no more.",
            "Takes care that the customer gets what was promised.",
            "Thinks one step ahead for the customer.",
            "Regulars ask for this person by name.",
        ),
        (
            (4, "Offered the evening line unasked because I had said that I work shifts."),
            None,
            None,
            (4, "Thinks of the next step: told the parent which form the school would want."),
        ),
    ),
    (
        "integrity", "Honesty and discretion", 3, 3, True,
        (
            "Bends facts or shares what is private.",
            "Honest when asked; careless with other people’s data.",
            "Says what is true, keeps private matters private.",
            "Says an uncomfortable truth early and kindly; checks identity without being asked.",
            "Would stop a colleague, and the process, rather than mislead a customer.",
        ),
        (
            (4, "Asked for my date of birth before reading out anything."),
            None,
            (None, "Ran out of time: the fire alarm took ten minutes."),
            (4, "Told a customer about an overcharge in her favour before she had noticed."),
        ),
    ),
)

RECOMMENDATIONS = (
    (ANA, "yes", "Clear and kind on the phone; the written sample needs a little work."),
    (MARCUS, "strong_yes", "Best role play of the round with the upset caller; would want her on the late shift at once."),
    (INES, "no", "Lost her calm when pressed a third time, and that is a daily event at this desk."),
    (TOMASZ, "yes", "Warm, honest and quick to learn. Problem solving will come with practice."),
)
