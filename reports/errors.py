"""What can go wrong when a report is made. Every class composes its own message, fit to be shown to the person who asked."""

from __future__ import annotations

PANGO_ON_DEBIAN = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
PANGO_ON_MACOS = "brew install pango"
TOO_LONG = (
    "The document is too long to be set. Notes of several pages without a break make it so: have the longest ones amended, or choose "
    "fewer candidates or a shorter edition. The table and its CSV and XLSX hold the same ratings and notes."
)


AGAIN_SECONDS = 10


class ReportError(Exception):
    """Base of everything that stops a report from being made. `retry_after`: in how many seconds to ask again, where that may help."""

    retry_after: int | None = None


class PdfLibraryMissing(ReportError):
    """The text layout library that PDFs are set with is not on this machine. `detail` is what the system said."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"PDFs need the Pango library. Debian and Ubuntu: {PANGO_ON_DEBIAN}. macOS: {PANGO_ON_MACOS}.")


class PdfFailed(ReportError):
    """The document could not be set. `detail` names the cause in a few words, without any text of the document."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(f"The PDF could not be made: {detail}.")


class PdfTimedOut(ReportError):
    """The document was not ready within `seconds`, although setting it is less than that much work."""

    retry_after = AGAIN_SECONDS

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The PDF was not ready after {seconds:g} seconds: the server has too much to do now. Try again in a moment.")


class PdfTooLong(ReportError):
    """Setting the document takes more than `seconds` of a processor."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Setting the PDF took more than {seconds:g} s of work and was given up. {TOO_LONG}")


class PdfOutOfMemory(ReportError):
    """Setting the document needed more than `megabytes` of memory."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        super().__init__(f"The PDF needed more than {megabytes} MB of memory and was given up. {TOO_LONG}")


class PdfBusy(ReportError):
    """`waiting` other documents are in the queue already: try again shortly."""

    retry_after = AGAIN_SECONDS

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} PDFs are waiting to be made. Try again in a moment.")


class PdfBusyForYou(ReportError):
    """Whoever asks has `share` documents under way already, which is as many as one person may have: others wait too."""

    retry_after = AGAIN_SECONDS

    def __init__(self, share: int) -> None:
        self.share = share
        super().__init__(f"{share} PDFs are being made for you already. Wait until one of them is there, then ask for this one again.")
