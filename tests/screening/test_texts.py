"""Uploaded job texts: what is read, and what is refused with words that help."""

from __future__ import annotations

import io
import zipfile

import docx
import pikepdf
import pytest

from rubrics.drafting.sources import MAX_CHARACTERS
from screening.errors import Invalid
from screening.texts import MOST_BYTES, MOST_LETTERS, read
from screening.texts import reading as texts

ADVERTISEMENT = "Kundenberater gesucht – “Café”\nZażółć gęślą jaźń\n"


def word(paragraphs: list[tuple[str, str | None]], cells: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style=style)
    if cells:
        row = document.add_table(1, len(cells)).rows[0]
        for place, text in enumerate(cells):
            row.cells[place].text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF with a line of Helvetica on each page; a page with no text has a drawing."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for text in pages:
        page = document.add_blank_page(page_size=(400, 400))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        drawn = f"BT /F1 12 Tf 20 300 Td ({text}) Tj ET" if text else "0 0 100 100 re f"
        page.Contents = document.make_stream(drawn.encode())
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_password(content: bytes) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(target, encryption=pikepdf.Encryption(user="open sesame", owner="owner"))
    return target.getvalue()


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plain_text_is_read_in_its_encoding(encoding: str) -> None:
    assert read(ADVERTISEMENT.encode(encoding)) == ADVERTISEMENT


def test_a_plain_text_of_windows_is_read_too() -> None:
    assert read("Café “quoted”\r\n1–2 years\rdone".encode("cp1252")) == "Café “quoted”\n1–2 years\ndone"


def test_a_word_document_is_read_with_its_lists_and_tables_in_order() -> None:
    found = read(word([("Customer adviser", "Heading 1"), ("Answer calls", "List Bullet"), ("Zażółć", None)], ("Pay", "20 an hour")))

    assert found == "Customer adviser\n• Answer calls\nZażółć\nPay 20 an hour"


def test_a_pdf_is_read_page_by_page() -> None:
    assert read(pdf("Two years of experience", "", "High school diploma")) == "Two years of experience\n\nHigh school diploma"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b" \n\t ", "This file is empty."),
        (b"a" * (MOST_BYTES + 1), "larger than 5 MB"),
        (bytes(range(256)) * 50, "This is not a text"),
        (b"\xff\xfe\x00\xd8", "This is not a text"),
        (b"word " * (MOST_LETTERS // 5 + 1), "longer than 50,000 characters"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind (.doc)"),
        (b"%PDF-1.7\nnothing more", "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(content)

    assert words in str(refused.value)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: archive(xl__workbook=b"<x/>"), "not a Word document"),
        (lambda: pdf("", "", "", "late"), "pictures of pages and no text"),
        (lambda: with_password(pdf("secret")), "protected by a password"),
        (lambda: word([("words " * 200, None)] * 90), "longer than 50,000 characters"),
    ],
    ids=["archive", "scan", "password", "long"],
)
def test_what_must_be_taken_apart_is_refused_with_what_to_do(content: object, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read(content())  # type: ignore[operator]


def test_a_document_that_expands_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MEGABYTES", 128)
    bomb = archive(**{"word__document.xml": b"<w>" + b" " * 400_000_000, "[Content_Types].xml": b"<Types/>"})
    with pytest.raises(Invalid, match=r"too much memory|damaged"):
        read(bomb)


def test_as_much_is_taken_from_a_file_as_the_reader_of_job_texts_takes() -> None:
    assert MOST_LETTERS == MAX_CHARACTERS
