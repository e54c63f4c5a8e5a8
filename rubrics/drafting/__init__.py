"""From a text that says what a job asks for to a draft of its rubric, with the place in the text behind every line.

Pure and offline: phrases of the library's criteria files are looked for in the passages of the text, and nothing else is known.
"""

from __future__ import annotations

from rubrics.drafting.draft import draft
from rubrics.drafting.model import Draft
from rubrics.drafting.sources import UnreadableText

__all__ = ["Draft", "UnreadableText", "draft"]
