"""How long the texts of a rubric may be, in characters, and how many of them there may be."""

from __future__ import annotations

NAME = 120
DEFINITION = 600
NOTE = 600
QUESTION = 600
PROBE = 300
ANCHOR = 400
SCRIPT = 3000
ASKED_FIELD = 200

QUESTIONS = 12
PROBES = 8
