"""`screening draft`: what job texts ask for, with neither server nor database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from screening import cli

AD = """Front Desk Agent
We are hiring an agent to join us.

Requirements:
- Patience, and a friendly manner
- 1-2 years of hotel experience preferred
- High school diploma; a degree is a plus
- Fluent English
- Able to work weekends
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the command without any setting."""

    def command(*arguments: str | Path) -> Said:
        monkeypatch.delenv("SCREENING_SECRET_KEY", raising=False)
        monkeypatch.setattr(sys, "argv", ["screening", "draft", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return Said(int(stop.value.code or 0), out, err)

    return command


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_person_reads_what_is_asked_how_strongly_and_in_which_words(run: Command, tmp_path: Path) -> None:
    said = run(written(tmp_path, "ad.txt", AD))
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "ad.txt: Front Desk Agent\n"
        "   Patience                         required   clear   “Patience, and a friendly manner”\n"
        "   Positive and courteous attitude  required   clear   “Patience, and a friendly manner”\n"
        "   Spoken communication             required   clear   “Fluent English”\n"
        "   Relevant work experience         preferred  clear   “1-2 years of hotel experience preferred”\n"
        "   Education                        required   clear   “High school diploma”\n"
        "   Experience: preferred, 1 to 2 years (hotel)\n"
        "   Education, at least: High school diploma or equivalent\n"
        "   Education, preferred: Bachelor's degree\n"
        "   Languages: English (required)\n"
        "   Asked for, no criterion yet:\n"
        "      Hours and availability (required): “Able to work weekends”\n"
    )


def test_a_program_reads_predictions_by_file_name(run: Command, tmp_path: Path) -> None:
    said = run(written(tmp_path, "ad.txt", AD), written(tmp_path, "no.txt", "Our museum opens at nine."), "--json")
    first, second = json.loads(said.out)["predictions"]
    assert first["id"] == "ad.txt"
    patience = first["criteria"][0]
    assert (patience["key"], patience["level"], patience["evidence"]) == ("patience", "required", ["Patience, and a friendly manner"])
    assert all(AD[start:end] in row["evidence"] for row in first["criteria"] for start, end in row["spans"])
    assert first["experience"] == {
        "requirement": "preferred",
        "min_years": 1.0,
        "max_years": 2.0,
        "field": "hotel",
        "evidence": ["1-2 years of hotel experience preferred"],
        "preferred": None,
    }
    assert (first["education"]["minimum"], first["education"]["preferred"]) == ("high_school", "bachelor")
    assert first["languages"] == [{"language": "English", "status": "required"}]
    assert (second["id"], second["criteria"], second["experience"]["requirement"]) == ("no.txt", [], "not_stated")
    assert second["remark"] == "This text does not seem to ask anything of people: no criterion was drafted."


def test_a_list_of_texts_keeps_its_ids(run: Command, tmp_path: Path) -> None:
    texts = {"meta": {}, "texts": [{"id": "A7", "text": AD, "gold": {}}, {"text": "We are hiring.\nRequirements:\n- Empathy"}]}
    said = run(written(tmp_path, "texts.json", json.dumps(texts)), "--json")
    assert [row["id"] for row in json.loads(said.out)["predictions"]] == ["A7", "texts.json#2"]


def test_a_job_posting_is_read_by_its_parts(run: Command, tmp_path: Path) -> None:
    posting = {"@type": "JobPosting", "title": "Agent", "description": "<p>We are hiring.</p><ul><li>Eye for detail</li></ul>"}
    said = run(written(tmp_path, "posting.json", json.dumps(posting)), "--json")
    assert [row["key"] for row in json.loads(said.out)["predictions"][0]["criteria"]] == ["attention_to_detail"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", "", "screening: empty.txt: There is no text. Paste the advertisement or the list of what is asked for.\n"),
        ("picture.png", bytes(range(32)) * 9, "screening: picture.png: This is not a text file. Save it as plain text, or paste"),
        ("big.txt", "a" * 5_000_000, "screening: big.txt: larger than 1 MB. Keep only the part that describes the job.\n"),
        ("long.txt", "word " * 20_000, "screening: long.txt: The text has 100,000 characters; at most 50,000 are read."),
        ("rows.json", '{"texts": [{"id": 1}]}', "screening: rows.json: entry 1 of `texts` needs a `text`.\n"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(run: Command, tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    said = run(written(tmp_path, name, content))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(message)
