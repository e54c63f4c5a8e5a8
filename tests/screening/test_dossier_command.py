"""`screening dossier` and `screening verify`, and what docs/dossier.md says about checking without the program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reports.dossier import sealing
from tests.reports.dossiers import dossier, file, tampered
from tests.screening.test_cli import KEY, Command
from tests.screening.test_cli import configured as configured  # fixtures, under their own names
from tests.screening.test_cli import database as database
from tests.screening.test_cli import screening as screening
from tests.support.hiring_round import HiringRound

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "dossier.md"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "dossier.json"
    path.write_bytes(file())
    return path


def test_a_dossier_is_made_and_holds_where_it_was_made(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    hiring.submit("ada", "maria")
    name = f"dossier-{hiring.candidates['maria']}"
    paper, made = (tmp_path / "for" / "counsel" / f"{name}.{ending}" for ending in ("pdf", "json"))
    said = configured("dossier", "maria kowalska", "-o", made.parent)
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines() == [f"{path}: {path.stat().st_size:,} bytes" for path in (paper, made)]
    assert sorted(path.name for path in made.parent.iterdir()) == [made.name, paper.name]
    before = made.read_bytes(), paper.read_bytes()
    assert configured("dossier", hiring.candidates["maria"], "-o", made.parent, "--opening", "Agent").code == 0
    assert (made.read_bytes(), paper.read_bytes()) == before

    said = configured("verify", made, "--pdf", paper)
    assert (said.code, said.err) == (0, ""), said.out
    digest = json.loads(before[0])["digest"]["value"]
    groups = [digest[at : at + 4] for at in range(0, 64, 4)]
    lines = said.out.splitlines()
    assert lines[0].startswith("Maria Kowalska, Agent, as of ")
    assert lines[1:3] == [f"SHA-256  {' '.join(groups[:8])}", f"         {' '.join(groups[8:])}"]
    assert [line[0] for line in lines[4:-2]] == ["✓"] * 5 + ["–"] + ["✓"] * 3
    assert lines[10] == "✓ Sealed by this installation."
    assert lines[12] == "✓ The PDF is, byte for byte, what this file prints."
    assert lines[-1] == "Everything that could be checked holds. Compare the SHA-256 above with the one on paper."


def test_somebody_who_is_not_there_is_told(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    assert configured("dossier", "Maria", "-o", tmp_path / "x").complaint.startswith("There is no candidate “Maria”")
    assert not (tmp_path / "x").exists()


def test_it_is_checked_without_settings_and_database(screening: Command, written: Path) -> None:
    said = screening("verify", written)
    assert (said.code, said.err) == (0, "")
    assert "– Seal not checked: no key here." in said.out


def test_a_key_of_before_is_known_again(screening: Command, tmp_path: Path) -> None:
    path = tmp_path / "dossier.json"
    path.write_bytes(sealing.file_of(dossier(), KEY))
    other = KEY[::-1]
    said = screening("verify", path, SECRET_KEY=other)
    assert (said.code, "check it with --without-seal" in said.out) == (1, True)
    assert screening("verify", path, "--without-seal", SECRET_KEY=other).code == 0
    said = screening("verify", path, SECRET_KEY=other, FORMER_KEYS=f"another {KEY}")
    assert (said.code, "✓ Sealed by this installation with a former key" in said.out) == (0, True)


def test_what_fails_is_said_and_is_no_success(screening: Command, tmp_path: Path) -> None:
    path = tmp_path / "dossier.json"
    path.write_bytes(tampered(lambda content: content["cards"].pop(1), digest=False))
    said = screening("verify", path)
    assert (said.code, said.err) == (1, "")
    assert "✗ The content is not the one that the digest in the file was made from: something was changed." in said.out
    assert said.out.endswith("This dossier cannot be relied on: 3 of the checks failed (digest, record, numbers).\n")
    told = json.loads(screening("verify", path, "--json").out)
    assert (told["holds"], [one["check"] for one in told["findings"] if one["state"] == "fails"]) == (
        False,
        ["digest", "record", "numbers"],
    )


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{" * 50_000, b'{"a": NaN}', b"%PDF-1.7"])
def test_what_is_no_dossier_is_one_clear_sentence(screening: Command, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "dossier.json"
    path.write_bytes(data)
    said = screening("verify", path)
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith("\n✗ This cannot be read as a dossier: ")
    assert "Traceback" not in said.out


@pytest.mark.parametrize("arguments", [(), ("no-such-file.json",), (".",), ("--pdf",)])
def test_a_wrong_call_ends_with_two(screening: Command, arguments: tuple[str, ...]) -> None:
    assert screening("verify", *arguments).code == 2


def test_the_line_of_the_documentation_gives_the_digest(written: Path) -> None:
    line = re.search(r"^python3 -c '(.*)' dossier\.json$", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE)
    assert line
    done = subprocess.run([sys.executable, "-c", line[1], str(written)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == json.loads(file())["digest"]["value"]
