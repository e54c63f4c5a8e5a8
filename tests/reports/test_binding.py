"""Several finished documents as one file: its contents, its bookmarks, its tags, and nothing kept twice."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some

from reports.binding import Part, bind, page_count
from reports.contents import FIRST_PAGE, NEXT_PAGES, Contents, Entry
from reports.errors import PdfFailed
from reports.fit import Paper
from reports.pdf import to_pdf
from reports.pdf_file import PACKED, PdfFile
from reports.render import CONTENTS_STYLESHEET, contents_html
from tests.reports import papers
from tests.reports.comparisons import AS_OF, NAMES
from tests.reports.factories import small_summary

SECOND = "Bo (12 0 R) \\ <1 0 R> Ελένη"


@cache
def parts() -> tuple[Part, ...]:
    """Two summaries of two pages, one of them of somebody whose name has all that PDFs trip over."""
    return tuple(Part(name, papers.summary_pdf(small_summary(candidate=name))) for name in ("Zofia Wiśniewska-Łęcka", SECOND))


def contents(entries: tuple[Entry, ...], **changes: Any) -> Contents:
    said = Contents(
        organisation="Northgate City Services",
        opening="Customer service representative",
        title="Candidate summaries",
        whom="The shortlist",
        edition="Full edition: who rated what",
        as_of=AS_OF,
        entries=entries,
    )
    return replace(said, **changes)


def front_of(said: Contents, paper: Paper = "a4") -> list[bytes]:
    pages = contents_html(said, templates=papers.TEMPLATES, paper=paper)
    return [to_pdf(html, templates=papers.TEMPLATES, stylesheet=CONTENTS_STYLESHEET) for html in pages]


@cache
def front() -> list[bytes]:
    first, second = parts()
    return front_of(
        contents((Entry(first.title, "CSR-0117", page_count(first.pdf), 3.78, 2), Entry(second.title, "", page_count(second.pdf))))
    )


def bound(front: list[bytes], *parts: Part) -> bytes:
    target = BytesIO()
    bind(front, parts, target, templates=papers.TEMPLATES)
    return target.getvalue()


@cache
def pack() -> bytes:
    return bound(front(), *parts())


def opened() -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pack()))


def elements(found: Any) -> list[Any]:
    """All structure elements below one, in reading order."""
    kids = found.get("/K", [])
    kids = kids.as_list() if isinstance(kids, pikepdf.Array) else [kids]
    below = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return [one for kid in below for one in (kid, *elements(kid))]


def test_no_rule_of_pdf_ua_1_is_broken() -> None:
    assert papers.failed_rules(pack()) == 0


def test_the_file_has_no_mistakes_in_its_form() -> None:
    with opened() as document:
        assert document.check_pdf_syntax() == []


def test_every_page_is_there_with_its_own_foot_and_its_number_in_the_pack() -> None:
    found = papers.pages(pack())
    of_parts = [text for part in parts() for text in papers.pages(part.pdf)]

    assert len(found) == 5
    assert found[1:] == [f"{text} Pack page {number}" for number, text in enumerate(of_parts, start=2)]
    assert found[1].endswith("Page 1 of 2 Pack page 2")
    assert found[0].endswith("As of 22 Nov 2026, 14:05 UTC Pack page 1")


def test_the_number_in_the_pack_stands_below_the_foot_and_in_line_with_it() -> None:
    foot = [word for word in papers.words(pack()) if word.page == 2 and word.top > 800 and word.right > 540]
    own, number = (word for word in foot if word.text == "2")

    assert abs(number.right - own.right) < 0.1
    assert 9 < number.top - own.top < 10


def test_the_contents_say_who_stands_on_which_page() -> None:
    first = papers.pages(pack())[0]

    assert "CANDIDATE SUMMARIES Customer service representative The shortlist 2 documents, 5 pages." in first
    assert f"2 Zofia Wiśniewska-Łęcka CSR-0117 3.78 2 – {SECOND} – 4 " in first


def test_each_line_of_the_contents_leads_to_its_page() -> None:
    with opened() as document:
        links = document.pages[0].obj.Annots.as_list()
        targets = [document.pages.index(pikepdf.Page(link.Dest[0])) + 1 for link in links]
        views = {(str(link.Dest[1]), int(link.Dest[3])) for link in links}

        assert targets == [2, 2, 4, 4]
        assert views == {("/XYZ", 841)}
        assert [str(link.Contents) for link in links] == ["To page 2", "To page 2", "To page 4", "To page 4"]
        assert all("/A" not in link for link in links)


def test_each_document_has_a_bookmark_to_its_first_page() -> None:
    with opened() as document, document.open_outline() as outline:
        found = [(item.title, document.pages.index(pikepdf.Page(item.destination[0])) + 1) for item in outline.root]

    assert found == [("Zofia Wiśniewska-Łęcka", 2), (SECOND, 4)]


def test_page_labels_are_the_pages_of_the_pack() -> None:
    with opened() as document:
        assert [page.label for page in document.pages] == ["1", "2", "3", "4", "5"]


def test_the_file_says_what_it_is() -> None:
    assert papers.metadata(pack()) == {
        "/Title": "Candidate summaries: Customer service representative",
        "/Author": "Northgate City Services",
        "/CreationDate": "D:20261122140500Z",
        "/Producer": "WeasyPrint 70.0",
    }
    with opened() as document:
        assert str(document.Root.Lang) == "en"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert b'pdfuaid:part="1"' in document.Root.Metadata.read_bytes()


def test_each_document_keeps_its_tags_as_a_part_of_the_whole() -> None:
    with opened() as document:
        (top,) = document.Root.StructTreeRoot.K
        found = [(str(part.S), str(part.T), str(part.Lang)) for part in top.K]
        roles = [[str(one.S) for one in elements(part)] for part in top.K]

    assert found == [
        ("/Part", "Candidate summaries: Customer service representative", "en"),
        ("/Part", "Zofia Wiśniewska-Łęcka", "en"),
        ("/Part", SECOND, "en"),
    ]
    for part, role in zip(parts(), roles[1:], strict=True):
        with pikepdf.open(BytesIO(part.pdf)) as alone:
            assert role == [str(one.S) for one in elements(alone.Root.StructTreeRoot.K[0])]


def test_marked_content_and_links_find_their_tags() -> None:
    with opened() as document:
        tree = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        keys = [int(page.obj.StructParents) for page in document.pages]

        assert len(set(keys)) == len(keys)
        for page, key in zip(document.pages, keys, strict=True):
            marked = tree[key].as_list()
            assert marked
            assert {one.Pg.objgen for one in marked} == {page.obj.objgen}
        for link in document.pages[0].obj.Annots:
            assert str(tree[int(link.StructParent)].S) == "/Link"


def test_header_cells_have_names_of_their_own_and_cells_find_them() -> None:
    with opened() as document:
        cells = [one for one in elements(document.Root.StructTreeRoot.K[0]) if str(one.S) in ("/TH", "/TD")]
        names = [str(cell.ID) for cell in cells if "/ID" in cell]
        wanted = {str(name) for cell in cells if "/Headers" in cell.get("/A", {}) for name in cell.A.Headers}
        tree = pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)

        assert len(names) == len(set(names)) > 60
        assert wanted <= set(names)
        assert {name: found.objgen for name, found in tree.items()} == {str(cell.ID): cell.objgen for cell in cells if "/ID" in cell}


def test_the_same_parts_give_the_same_bytes() -> None:
    assert bound(front(), *parts()) == pack()


def test_what_two_parts_share_is_kept_once() -> None:
    first, _ = parts()
    once, twice = bound(front(), first, first), bound(front(), first, first, first, first)

    assert len(twice) - len(once) < len(first.pdf)
    assert [text.removesuffix(f" Pack page {number}") for number, text in enumerate(papers.pages(twice)[1:], start=2)] == papers.pages(
        first.pdf
    ) * 4


def test_a_link_within_a_part_leads_to_its_own_place() -> None:
    html = (
        '<html lang="en"><head><title>T</title></head><body class="a4">'
        '<h1>One</h1><p><a href="#there">Go</a></p><h2 id="there" style="break-before: page">Two</h2></body></html>'
    )
    part = Part("T", to_pdf(html, templates=papers.TEMPLATES))

    with pikepdf.open(BytesIO(bound(front()[:1], part, part, part))) as document:
        targets = [document.pages.index(pikepdf.Page(document.pages[at].obj.Annots[0].Dest[0])) for at in (1, 3, 5)]
    assert targets == [2, 4, 6]
    assert papers.failed_rules(bound(front()[:1], part, part)) == 0


def test_what_would_be_lost_is_refused() -> None:
    html = '<html lang="en"><head><title>T</title></head><body><h1>T</h1><p><label>N <input name="n"/></label></p></body></html>'
    form = to_pdf(html, templates=papers.TEMPLATES, forms=True)
    untagged = BytesIO()
    pikepdf.new().save(untagged)

    for pdf in (form, untagged.getvalue()):
        with pytest.raises(PdfFailed, match="not a plain tagged document"):
            bound(front(), Part("T", pdf))


def test_a_damaged_part_is_refused() -> None:
    with pytest.raises(PdfFailed, match="one of its parts is damaged"):
        bound(front(), Part("T", b"%PDF-1.7 and no more"))


def test_contents_that_lead_beyond_the_pack_are_refused() -> None:
    with pytest.raises(PdfFailed, match="lead to page 4, which it does not have"):
        bound(front(), parts()[0])


def test_documents_for_archives_stay_so() -> None:
    pages = contents_html(contents((Entry("Bo", "", 1),)), templates=papers.TEMPLATES)
    said = [to_pdf(html, templates=papers.TEMPLATES, stylesheet=CONTENTS_STYLESHEET, variant="a") for html in pages]
    html = '<html lang="en"><head><title>T</title></head><body class="a4"><h1>T</h1><p>Text</p></body></html>'
    whole = bound(said, Part("Bo", to_pdf(html, templates=papers.TEMPLATES, variant="a")))

    assert papers.failed_rules(whole) == 0
    assert papers.failed_rules(whole, "PDF_A_2A") == 0


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_two_full_pages_of_contents_are_two_pages(paper: Paper) -> None:
    entries = tuple(
        Entry(f"{NAMES[at % len(NAMES)]} {at}", f"CSR-{at}", 3, 3.5, at + 1, at % 2 == 0) for at in range(FIRST_PAGE + NEXT_PAGES)
    )
    said = contents(entries)
    (pdf,) = front_of(said, paper)

    found = papers.pages(pdf)
    assert (len(found), said.own_pages) == (2, 2)
    assert f"{FIRST_PAGE} {NAMES[(FIRST_PAGE - 1) % len(NAMES)][:6]}" in found[0]
    assert found[1].startswith("Place Candidate Reference Total, of 5 Page 33")


def test_a_long_list_is_set_in_several_goes() -> None:
    entries = tuple(Entry(f"Candidate {at}", "", 2) for at in range(FIRST_PAGE + 4 * NEXT_PAGES))
    said = contents(entries)

    assert (said.own_pages, said.pages) == (5, 5 + 2 * len(entries))
    assert [[len(sheet) for sheet in stretch] for stretch in said.stretches] == [[32, 38, 38, 38], [38]]
    assert [page for sheet in said.sheets for _, page in sheet] == [6 + 2 * at for at in range(len(entries))]
    assert sum(map(page_count, front_of(said))) == 5


def test_contents_without_totals_show_no_place() -> None:
    (pdf,) = front_of(contents((Entry("Bo", "R-1", 2, 3.9, 1),), with_totals=False))

    assert "Candidate Reference Page Bo R-1 2" in papers.pages(pdf)[0]
    assert "3.90" not in papers.pages(pdf)[0]


@effort(max_examples=40)
@given(some.lists(some.one_of(some.integers(0, 2**31), some.binary(max_size=300)), min_size=1, max_size=2 * PACKED + 20))
def test_whatever_is_written_is_read_back(values: list[int | bytes]) -> None:
    target = BytesIO()
    file = PdfFile(target)
    numbers = [file.add_stream(value) if isinstance(value, bytes) else file.add(b"<< /V %d >>" % value) for value in values]
    pages = file.add(b"<< /Type /Pages /Kids [] /Count 0 >>")
    file.close(file.add(b"<< /Type /Catalog /Pages %d 0 R >>" % pages), file.add(b"<< >>"))

    with pikepdf.open(target) as document:
        found = [document.get_object(number, 0) for number in numbers]
        read = [one.read_bytes() if isinstance(one, pikepdf.Stream) else str(one.V) for one in found]
    assert read == [value if isinstance(value, bytes) else str(value) for value in values]
