"""Names in every script on paper: our fonts and no others, the right glyphs, text that can be copied and read out."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from reports import typefaces
from reports.pdf import to_pdf
from tests.reports import papers

# Script: text, and the font that all of it is drawn with.
NAMES = {
    "Polish": ("Zażółć Gęślą-Jaźń", "Inter"),
    "Greek": ("Αθηνά Παπαδοπούλου", "Inter"),
    "Ukrainian": ("Щербакова Юлія", "Inter"),
    "Vietnamese": ("Nguyễn Thị Hồng Nhung", "Inter"),
    "Arabic": ("فاطمة الزهراء", "Vazirmatn"),
    "Persian": ("پژمان گچکار", "Vazirmatn"),
    "Hebrew": ("יעל כהן", "Noto-Sans-Hebrew"),
    "Chinese": ("王小明朱镕基䶮", "Noto-Sans-SC"),
    "traditional Chinese": ("張學友黃國倫", "Noto-Sans-SC"),
    "Japanese": ("渡邉さくらタロウ", "Noto-Sans-SC"),
    "a rare Japanese name": ("𠮷", "Noto-Sans-JP"),
    "Korean": ("김민준똠방각하", "Noto-Sans-KR"),
    "Hindi": ("प्रियंका शर्मा", "Noto-Sans-Devanagari"),
    "Thai": ("สมชาย ใจดี", "Noto-Sans-Thai"),
    "emoji": ("😀👩\u200d💻🎉👍🏽🇵🇱", "Noto-Emoji"),
    "Bengali": ("সুমাইয়া", "Noto-Sans-Bengali"),
    "Tamil": ("தமிழ்ச்செல்வி", "Noto-Sans-Tamil"),
    "Telugu": ("సుబ్బలక్ష్మి", "Noto-Sans-Telugu"),
    "Gujarati": ("ગુજરાતી", "Noto-Sans-Gujarati"),
    "Punjabi": ("ਗੁਰਪ੍ਰੀਤ", "Noto-Sans-Gurmukhi"),
    "Kannada": ("ಕನ್ನಡ", "Noto-Sans-Kannada"),
    "Malayalam": ("മലയാളം", "Noto-Sans-Malayalam"),
    "Sinhala": ("සිංහල", "Noto-Sans-Sinhala"),
    "Georgian": ("ნინო ბერიძე", "Noto-Sans-Georgian"),
    "Armenian": ("Արամ Խաչատրյան", "Noto-Sans-Armenian"),
    "Amharic": ("አበበ ቢቂላ", "Noto-Sans-Ethiopic"),
    "Khmer": ("សុខា", "Noto-Sans-Khmer"),
    "Lao": ("ພາສາລາວ", "Noto-Sans-Lao"),
    "Burmese": ("မြန်မာ", "Noto-Sans-Myanmar"),
}
FROM_THE_RIGHT = ("Arabic", "Persian", "Hebrew")
WITH_A_BOLD = ("Arabic", "Hebrew", "Hindi", "Thai")


def page(body: str) -> str:
    return f'<html lang="en"><head><title>t</title></head><body>{body}</body></html>'


@cache
def pdf_of(script: str) -> bytes:
    return to_pdf(page(f"<p>{NAMES[script][0]}</p>"), templates=papers.TEMPLATES)


@cache
def everything() -> bytes:
    return to_pdf(page("".join(f"<p>{name} <b>{name}</b></p>" for name, _ in NAMES.values())), templates=papers.TEMPLATES)


@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_drawn_with_the_glyphs_that_its_script_asks_for(script: str) -> None:
    name, font = NAMES[script]
    drawn = papers.glyphs_drawn(pdf_of(script))
    # After the name stands "Page 1 of 1", in the same font where that is Inter.
    expected = papers.glyphs_of(font, name)

    assert drawn[: len(expected)] == expected
    assert {used for used, _ in drawn[len(expected) :]} <= {"Inter"}


@pytest.mark.parametrize("script", [name for name in NAMES if name not in FROM_THE_RIGHT])
def test_a_name_is_copied_as_it_was_typed(script: str) -> None:
    assert papers.pages(pdf_of(script)) == [f"{NAMES[script][0]} Page 1 of 1"]


def test_a_name_from_right_to_left_is_copied_letter_by_letter() -> None:
    for script in FROM_THE_RIGHT:
        # Programs differ in the order of words that they copy, and put marks of direction around them.
        copied = papers.pages(pdf_of(script))[0].replace("\u202b", "").replace("\u202c", "").removesuffix(" Page 1 of 1")
        assert sorted(copied.split()) == sorted(NAMES[script][0].split())


def test_words_from_right_to_left_begin_at_the_right() -> None:
    shaped = papers.glyphs_of("Vazirmatn", "محمد")
    isolated = [papers.glyphs_of("Vazirmatn", letter)[0] for letter in "محمد"]

    assert papers.glyphs_drawn(to_pdf(page("<p>محمد</p>"), templates=papers.TEMPLATES))[:4] == shaped
    assert shaped[0] != isolated[0]  # the last letter comes first, in its final form
    assert shaped != isolated[::-1]


def test_only_our_fonts_are_in_the_file_and_no_rule_is_broken() -> None:
    regular = {font for _, font in NAMES.values()}
    semi_bold = {f"{NAMES[script][1]}-Semi-Bold" for script in ("Polish", *WITH_A_BOLD)}

    assert papers.fonts(everything()) == regular | semi_bold
    assert papers.failed_rules(everything()) == 0
    assert papers.letters_drawn_wrong(pdf_of("Vietnamese")) == {}


def test_characters_that_no_font_has_are_spelled_out() -> None:
    pdf = to_pdf(page("<p>\U00012000 ᚠ and \U00030000</p>"), templates=papers.TEMPLATES)

    assert papers.pages(pdf) == ["[U+12000] [U+16A0] and [U+30000] Page 1 of 1"]
    assert papers.failed_rules(pdf) == 0


def test_the_list_of_characters_is_what_the_fonts_have() -> None:
    folder = papers.TEMPLATES / typefaces.FOLDER
    codes = [int(code, 16) for code in (folder / "characters.txt").read_text().split()]
    listed = {code for first, last in zip(codes[::2], codes[1::2], strict=True) for code in range(first, last + 1)}
    had = {code for file in folder.glob("*.ttf") for code in papers.TTFont(file).getBestCmap()}

    assert had <= listed
    # Beyond them only what is never drawn.
    assert all(not chr(code).isprintable() or not chr(code).isalpha() or chr(code) in "\u115f\u1160\u3164" for code in listed - had)


def test_every_font_stands_in_the_order_and_has_its_licence() -> None:
    folder = papers.TEMPLATES / typefaces.FOLDER
    order = (folder / "fonts.conf").read_text()

    for file in folder.glob("*.ttf"):
        assert f"<string>{papers.TTFont(file)['name'].getBestFamilyName()}</string>" in order
    assert {file.name for file in folder.glob("*LICENSE*")} == {"Noto-LICENSE.txt", "Vazirmatn-LICENSE.txt"}


def test_the_fonts_of_the_machine_make_no_difference(tmp_path: Path) -> None:
    """The same bytes with a home full of other fonts, whatever its settings say."""
    code = (
        "import sys; from pathlib import Path; from reports.pdf import to_pdf;"
        "sys.stdout.buffer.write(to_pdf(sys.stdin.read(), templates=Path(sys.argv[1])))"
    )
    (tmp_path / ".fonts").mkdir()
    (tmp_path / ".fonts" / "Inter.ttf").write_bytes((papers.FONTS / "NotoSansThai-Regular.ttf").read_bytes())
    environment = os.environ | {
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "LANG": "zh_TW.UTF-8",
        "PYTHONPATH": str(papers.TEMPLATES.parent),
    }
    name = NAMES["Chinese"][0]
    done = subprocess.run(
        [sys.executable, "-c", code, str(papers.TEMPLATES)],
        input=page(f"<p>{name}</p>").encode(),
        capture_output=True,
        env=environment,
        check=True,
    )

    assert done.stdout == pdf_of("Chinese")
