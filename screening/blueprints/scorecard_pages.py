"""What the scorecard's pages show, prepared for their templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from reports.wording import NOT_ASSESSED as REASONS
from rubrics.model import Weighted
from screening.errors import Invalid
from screening.forms.scorecard import ScorecardForm
from screening.services.scorecards import Card, Content, Entry


def clock_time(moment: datetime | None) -> str:
    return f"{moment:%H:%M} UTC" if moment else ""


def filled(
    card: Card,
    content: Content,
    interviewer: str,
    *,
    form: ScorecardForm | None = None,
    refusal: Invalid | None = None,
    conflict: bool = False,
) -> dict[str, Any]:
    """The page with this content: what is saved, or what was typed and could not be saved."""
    rows = [_criterion(card, item, content, form, conflict) for item in card.criteria]
    gaps = [{"name": row["name"], "href": f"#criterion-{row['key']}"} for row in rows if row["state"] == "open"]
    asked = sum(row["state"] != "void" for row in rows)
    done = asked - len(gaps)
    errors = {name: _error(form, refusal, name) for name in ("recommendation", "reason", "why")}
    return {
        "card": card,
        "interviewer": interviewer,
        "saved_at": clock_time(card.saved_at) if card.state != "new" else "",
        "amending": card.state == "amending",
        "criteria": rows,
        "progress": {"done": done, "total": asked, "share": done / asked if asked else 1},
        "gaps": gaps,
        "problems": _problems(rows, errors, gaps, refusal, conflict),
        "recommendation": content.recommendation or "",
        "reason": content.reason or "",
        "why": content.amend_reason or "",
        "errors": errors,
        "reasons": list(REASONS.items()),
    }


def _criterion(card: Card, item: Weighted, content: Content, form: ScorecardForm | None, conflict: bool) -> dict[str, Any]:
    entry = content.entries.get(item.key, Entry())
    saved = card.content.entries.get(item.key, Entry())
    parts = [f"{part}_{item.key}" for part in ("rating", "na", "note")]
    void = card.struck.criteria.get(item.key, "")
    messages = [str(message) for part in parts if form is not None for message in form[part].errors]
    return {
        "key": item.key,
        "name": item.criterion.name,
        "definition": item.criterion.definition,
        "questions": [(question, card.struck.questions.get((item.key, question.text), "")) for question in item.criterion.questions],
        "void": void,
        "anchors": item.criterion.anchors,
        "minimum": item.minimum,
        "level": entry.level,
        "not_assessed": entry.not_assessed,
        "note": entry.note,
        "state": "void" if void else "skipped" if entry.not_assessed else "open" if entry.level is None else "rated",
        "error": " ".join(messages),
        "conflict": {"entry": saved, "when": clock_time(card.saved_at)} if conflict and saved != entry else None,
    }


def _error(form: ScorecardForm | None, refusal: Invalid | None, name: str) -> str:
    given = list(form[name].errors) if form is not None else []
    if refusal is not None and refusal.field in (name, {"why": "amend_reason"}.get(name)):
        given.append(str(refusal))
    return " ".join(map(str, given))


def _problems(
    rows: Sequence[Mapping[str, Any]], errors: Mapping[str, str], gaps: Sequence[Mapping[str, str]], refusal: Invalid | None, conflict: bool
) -> list[dict[str, str]]:
    found = [{"href": f"#criterion-{row['key']}", "text": f"{row['name']}: {row['error']}"} for row in rows if row["error"]]
    if conflict:
        found.append(
            {"href": "#finish", "text": "This card was saved in another window meanwhile. Nothing was overwritten: both are shown below."}
        )
        found += [
            {"href": f"#criterion-{row['key']}", "text": f"{row['name']}: saved differently there"} for row in rows if row["conflict"]
        ]
    if refusal is not None and refusal.field == "gaps":
        found += [{"href": gap["href"], "text": f"{gap['name']}: rate it, or say why it was not assessed"} for gap in gaps]
    elif refusal is not None and not any(errors.values()):
        found.append({"href": "#finish", "text": str(refusal)})
    places = {"recommendation": "#recommendation", "reason": "#reason", "why": "#why"}
    return found + [{"href": places[name], "text": message} for name, message in errors.items() if message]


def typed(card: Card, form: ScorecardForm, sent: Mapping[str, str]) -> Content:
    """What was typed, also where it is not well-formed; fields that were not sent keep what is saved."""
    entries = dict(card.content.entries)
    for item in card.criteria:
        # Unlike a radio button, the note is always sent where the page has fields for the criterion.
        if f"note_{item.key}" not in sent:
            continue
        level, reason = form[f"rating_{item.key}"].data, form[f"na_{item.key}"].data
        known = reason if reason in REASONS else ""
        entries[item.key] = Entry(level if level in range(1, 6) and not known else None, known, form[f"note_{item.key}"].data or "")
    return Content(entries, form.recommendation.data or "", form.reason.data or "", form.why.data or "")


def as_fields(card: Card) -> dict[str, str]:
    """The saved content under the form's names, for the page's script."""
    fields = {
        "recommendation": card.content.recommendation or "",
        "reason": card.content.reason or "",
        "why": card.content.amend_reason or "",
    }
    for item in card.criteria:
        entry = card.content.entries.get(item.key, Entry())
        fields[f"rating_{item.key}"] = str(entry.level or "")
        fields[f"na_{item.key}"] = entry.not_assessed
        fields[f"note_{item.key}"] = entry.note
    return fields


def unsaved(card: Card, content: Content) -> list[tuple[str, str]]:
    """Notes that were typed after the card was frozen: (criterion, text), so that nothing typed is lost."""
    return [
        (item.criterion.name, content.entries[item.key].note)
        for item in card.criteria
        if item.key in content.entries and content.entries[item.key].note != card.content.entries.get(item.key, Entry()).note
    ]


def frozen(card: Card, *, unsaved: Sequence[tuple[str, str]] = (), refusal: str = "") -> dict[str, Any]:
    return {
        "unsaved": unsaved,
        "refusal": refusal,
        "reasons": REASONS,
        "lines": [
            (
                item,
                card.content.entries.get(item.key, Entry()),
                card.struck.criteria.get(item.key, ""),
                [(text, reason) for (key, text), reason in card.struck.questions.items() if key == item.key],
            )
            for item in card.criteria
        ],
        "candidate_href": url_for("candidates.show", application_id=card.application_id),
    }
