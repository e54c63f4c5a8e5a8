"""What the layout library leaves undone in a PDF: text that can be read out and copied in every script, and the marks of an archive's file.

The library gives each glyph one text for the whole document. Where writing is shaped (Hindi, Khmer, joined emoji) a glyph stands for parts
of several letters, or for none, and what a screen reader makes of it is another word than the one drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pydyf  # type: ignore[import-untyped]

# Written from right to left: there many programs turn such text around once more, while their letters have glyphs of their own.
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
# Combining marks, the scripts from Devanagari to Georgian, Khmer and its neighbours, joiners and selectors, emoji.
SHAPED = re.compile("[\u0300-\u036f\u0900-\u11ff\u1780-\u18af\u1a00-\u1cff\u200b-\u200d\ua800-\uabff\ufe00-\ufe0f\U0001f000-\U000e0fff]")

# The mark of PDF/UA (ISO 14289-1, 5), and PDF/A's condition for it: a description of every mark that is not its own (ISO 19005-2, 6.6.2.3).
ACCESSIBLE_TOO = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


def saying_what_is_shaped(marked: Callable[..., Any]) -> Callable[..., Any]:
    """The library's way to mark a piece of text on a page, with the text itself beside the glyphs where they cannot tell it.

    Pinned below 71, like all that is not the library's public interface; a test reads documents in these scripts.
    """

    @contextmanager
    def marked_with_text(stream: Any, box: Any, tag: str) -> Iterator[None]:
        with marked(stream, box, tag):
            text = getattr(box, "text", "")
            if SHAPED.search(text) and not FROM_THE_RIGHT.search(text):
                # The mark that was just begun: its name, what is said of it, and the operator.
                stream.stream[-2]["ActualText"] = pydyf.String(text)
            yield

    return marked_with_text


def every_glyph_has_a_text(_document: Any, pdf: Any) -> None:
    """A finisher for the layout library: a glyph that only adds to another stands for a space without width, as nothing is not allowed."""
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream) and b"/CIDInit /ProcSet findresource begin" in part.stream:
            part.stream = [line.replace(b" <>", b" <200b>") for line in part.stream]


def accessible_archive(document: Any, pdf: Any) -> None:
    """A finisher for the layout library: makes a PDF/A-2a file a PDF/UA-1 file too, and leaves what it says of itself unpacked."""
    every_glyph_has_a_text(document, pdf)
    (metadata,) = (part for part in pdf.objects if getattr(part, "extra", {}).get("Type") == "/Metadata")
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", ACCESSIBLE_TOO)]
    metadata.compress = False
