"""Why a file is not taken as a filled kit: one class per refusal, each message saying what to do."""

from __future__ import annotations

from screening.errors import Invalid

MIB = 1024 * 1024


class KitRefused(Invalid):
    """A file that cannot become a draft; the others of the same upload can."""


class NotPdf(KitRefused):
    def __init__(self) -> None:
        super().__init__("This is not a PDF file. Upload the kit that you filled in and saved, or a ZIP of several.")


class Damaged(KitRefused):
    def __init__(self) -> None:
        super().__init__(
            "The file is damaged or did not arrive whole. Open it in your PDF reader, save it again and upload the new file; "
            "if it does not open, fetch the kit again."
        )


class Protected(KitRefused):
    def __init__(self) -> None:
        super().__init__("The file is protected by a password. Save a copy without the password and upload that.")


class TooLarge(KitRefused):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is larger than {limit // MIB} MB, which no kit of ours is, also when it is filled in.")


class TooMuch(KitRefused):
    def __init__(self) -> None:
        super().__init__("The file takes more time or memory to read than a kit may. Open it in your PDF reader and save it again.")


class OutOfTime(KitRefused):
    def __init__(self) -> None:
        super().__init__("This file was not read any more: the ones before it took too long. Upload it again without them.")


class NotOurKit(KitRefused):
    def __init__(self) -> None:
        super().__init__(
            "This is a PDF, but not one of our kits; or it is a copy that was printed to PDF or scanned, which has lost its fields. "
            "Upload the file that you filled in and saved."
        )


class Flattened(KitRefused):
    def __init__(self) -> None:
        super().__init__(
            "This is a flattened copy of a kit: what was typed is only drawn on it, and its fields are gone. Upload the file as you saved "
            "it from the form, before it was printed or flattened."
        )


class OtherInstallation(KitRefused):
    def __init__(self) -> None:
        super().__init__(
            "This kit comes from another installation, or from before this one's key was changed. Fetch the kit again here and copy over "
            "what you wrote."
        )


class Altered(KitRefused):
    def __init__(self) -> None:
        super().__init__("The identifier in this file was changed, so it cannot be said whose card it is. Fetch the kit again.")


class NotYours(KitRefused):
    """A card that is not there, somebody else's, or withdrawn: all three look alike."""

    def __init__(self) -> None:
        super().__init__("This kit belongs to no scorecard that you can open.")


class OtherVersion(KitRefused):
    def __init__(self, *, has: int, wanted: int) -> None:
        super().__init__(
            f"This kit was made for rubric version {has}; the scorecard is now on version {wanted}, which may ask and describe other "
            "things. Fetch the kit again and copy over what you wrote."
        )


class Frozen(KitRefused):
    def __init__(self) -> None:
        super().__init__(
            "This scorecard is already submitted and frozen. Begin an amendment on its page first, then upload the file again."
        )


class Closed(KitRefused):
    def __init__(self) -> None:
        super().__init__("The opening is closed: its scorecards can be read, but not changed. Ask the recruiter to open it again.")


class NothingFilledIn(KitRefused):
    def __init__(self) -> None:
        super().__init__("Nothing is filled in in this file. If you did fill it in, save it in your PDF reader and upload the saved file.")


class Twice(KitRefused):
    def __init__(self, other: str) -> None:
        super().__init__(f"“{other}” is for the same interview. Upload the one that holds what you want to keep.")


class OtherFile(KitRefused):
    """A part of a ZIP that is no kit."""

    def __init__(self) -> None:
        super().__init__("This part of the ZIP is not a PDF file and was left out.")


class TooManyFiles(Invalid):
    def __init__(self, limit: int) -> None:
        super().__init__(f"At most {limit} kits can be uploaded at once. Upload them in parts.", field="files")


class BadArchive(Invalid):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}” {why}", field="files")
