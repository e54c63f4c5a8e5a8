"""Checking a dossier's file, and what is printed against it: what holds, what does not, and what cannot be told from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reports.dossier import checks, printed, sealing
from reports.dossier.canonical import NotCanonical, read
from reports.dossier.codec import WrongShape, from_plain
from reports.dossier.document import FORMAT, VERSION, Dossier
from reports.errors import ReportError
from reports.fit import Paper
from reports.wording import excerpt, printable, stamp

State = Literal["holds", "fails", "open"]
Reprint = Callable[[Dossier, Paper], bytes]
SHOWN = 12
"""How many complaints of one check are told."""
TIMES_ON_COVER = 2
"""Large, and in the foot."""
_LONGEST = 400
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `open`: it could not be told."""

    check: str
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was found; `about` says which dossier it is, as far as it could be read, and `digest` is that of the file's content."""

    about: str
    digest: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(finding.check for finding in self.findings if finding.state == "fails")

    def as_dict(self) -> dict[str, Any]:
        return {"holds": self.holds, "about": self.about, "digest": self.digest, "findings": [asdict(one) for one in self.findings]}


@dataclass(frozen=True, slots=True)
class _Stated:
    """An entry of the envelope."""

    algorithm: str
    over: str
    value: str


@dataclass(frozen=True, slots=True)
class _Sealed:
    algorithm: str
    over: str
    key: str
    value: str


def verify(
    data: bytes, *, secrets: Sequence[str] | None = (), pdf: bytes | None = None, reprint: Reprint | None = None, here: str = ""
) -> Verdict:
    """Check a dossier's file.

    `secrets` are the installation's, the present one first; empty where there is none, None to leave the seal aside. `pdf` is what claims
    to be the same on paper; `reprint` prints a dossier with the program of version `here`, to compare with it.
    """
    try:
        envelope = _envelope(read(data))
        content, digest = envelope["content"], sealing.digest(envelope["content"])
    except (NotCanonical, WrongShape) as error:
        return Verdict("", "", (_finding("file", "fails", f"This cannot be read as a dossier: {error}."),))
    findings = [_digest(envelope, digest)]
    try:
        dossier = _content(content)
    except WrongShape as error:
        findings.append(_finding("contents", "fails", f"The file is not a complete dossier: {error}."))
        return Verdict("", digest, (*findings, _seal(envelope, digest, secrets)))
    findings += [_finding("contents", "holds", f"The file is a complete dossier, version {VERSION} of the format."), *_inside(dossier)]
    findings.append(_seal(envelope, digest, secrets))
    if pdf is not None:
        findings += _paper(dossier, digest, pdf, reprint, here)
    about = f"{dossier.candidate.name}, {dossier.opening.title}, as of {stamp(dossier.as_of)}"
    return Verdict(printable(about), digest, tuple(findings))


def _envelope(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"digest", "seal", "content"}:
        raise WrongShape("it does not have the three members content, digest and seal")
    return value


def _digest(envelope: dict[str, Any], found: str) -> Finding:
    try:
        stated = from_plain(_Stated, envelope["digest"], "digest")
    except WrongShape as error:
        return _finding("digest", "fails", f"The digest in the file cannot be read: {error}.")
    if {"algorithm": stated.algorithm, "over": stated.over} != sealing.DIGEST:
        return _finding("digest", "fails", "The digest in the file is not said to be the SHA-256 of its canonical content.")
    if stated.value != found:
        return _finding("digest", "fails", "The content is not the one that the digest in the file was made from: something was changed.")
    return _finding("digest", "holds", "The content is the one that the digest in the file was made from.")


def _content(plain: Any) -> Dossier:
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise WrongShape("its content is not that of a decision dossier")
    if plain.get("version") != VERSION or type(plain["version"]) is not int:
        raise WrongShape(f"its format has the version {plain.get('version')!r}, and this program reads version {VERSION}")
    return from_plain(Dossier, plain, "content")


def _inside(dossier: Dossier) -> Iterator[Finding]:
    known, wrong = checks.rubrics(dossier)
    yield _checked("rubrics", wrong, "Every rubric has the digest that it was published with.")
    yield _checked("record", checks.record(dossier, known), "Scorecards, decisions and events are complete and fit each other.")
    rubric = known.get(dossier.result.rubric)
    if rubric is None:
        yield _finding("numbers", "fails", "The numbers cannot be recomputed: the rubric that they rest on is not there.")
    else:
        yield _checked("numbers", checks.figures(dossier, rubric), "Every number follows from the ratings in the file.")
    yield _finding("place", "open", "Place, range and adjusted total rest on the other candidates too and cannot be recomputed from one.")


def _checked(check: str, wrong: Sequence[str], fine: str) -> Finding:
    if not wrong:
        return _finding(check, "holds", fine)
    more = [f"And {len(wrong) - SHOWN} more like these."] if len(wrong) > SHOWN else []
    return Finding(check, "fails", "\n".join([*(_plain(words) for words in wrong[:SHOWN]), *more]))


def _seal(envelope: dict[str, Any], digest: str, secrets: Sequence[str] | None) -> Finding:
    if secrets is None:
        return _finding("seal", "open", "Seal not checked: it was to be left aside.")
    try:
        sealed = from_plain(_Sealed, envelope["seal"], "seal")
    except WrongShape as error:
        return _finding("seal", "fails", f"The seal cannot be read: {error}.")
    if {"algorithm": sealed.algorithm, "over": sealed.over} != sealing.SEAL or not _HEX.fullmatch(sealed.key + sealed.value):
        return _finding("seal", "fails", "The seal is not of the kind that Screening makes.")
    if not secrets:
        return _finding("seal", "open", "Seal not checked: no key here. The installation that made the file can check it.")
    place = sealing.place_of_key(sealing.Seal(sealed.key, sealed.value), digest, secrets)
    if place is None:
        return _finding("seal", "fails", "The seal does not match: it was not made with the key of this installation, or of other content.")
    former = " with a former key: whoever had that key could have made it" if place else ""
    return _finding("seal", "holds", f"Sealed by this installation{former}.")


def _paper(dossier: Dossier, digest: str, pdf: bytes, reprint: Reprint | None, here: str) -> Iterator[Finding]:
    try:
        found = printed.read(pdf)
    except printed.NotPrinted as error:
        yield _finding("paper", "fails", f"The PDF cannot be read: {error}.")
        return
    odd = [number for number, digests in enumerate(found.digests, start=1) if digests != {digest}]
    if found.in_metadata != digest:
        yield _finding("paper", "fails", "The digest in the PDF’s metadata is not that of the file.")
    elif odd:
        yield _finding("paper", "fails", f"Not every page of the PDF prints the digest of the file: see page {odd[0]}.")
    elif found.pages[0].count(digest) < TIMES_ON_COVER:
        yield _finding("paper", "fails", "The cover of the PDF does not print the digest of the file.")
    else:
        yield _finding("paper", "holds", "Every page of the PDF prints the digest of the file, and so do its metadata.")
    if reprint is not None:
        yield _reprinted(dossier, found, pdf, reprint, here)


def _reprinted(dossier: Dossier, found: printed.Printed, pdf: bytes, reprint: Reprint, here: str) -> Finding:
    try:
        again = reprint(dossier, found.paper)
    except ReportError as error:
        return _finding("words", "open", f"The PDF was not compared word for word. {error}")
    if again == pdf:
        return _finding("words", "holds", "The PDF is, byte for byte, what this file prints.")
    pages = printed.read(again).pages
    if pages == found.pages:
        return _finding("words", "holds", "Every page of the PDF says, word for word, what this file prints.")
    if dossier.software.version != here:
        made = f"version {dossier.software.version} made it, and this is version {here}"
        return _finding("words", "open", f"The PDF was not compared word for word: {made}, which may print otherwise.")
    first = next((at for at, pair in enumerate(zip(found.pages, pages, strict=False), start=1) if pair[0] != pair[1]), len(pages))
    return _finding("words", "fails", f"The PDF does not say what this file prints here: see page {first}.")


def _finding(check: str, state: State, words: str) -> Finding:
    return Finding(check, state, _plain(words))


def _plain(words: str) -> str:
    """On one line and harmless for a terminal: parts of it may come from the file."""
    return excerpt(printable(words), _LONGEST)
