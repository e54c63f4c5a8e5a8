"""The built package works from another folder, with its templates, library and migrations inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_the_wheel_makes_a_round_and_a_summary_far_from_the_checkout(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "HOME": str(tmp_path)}

    def run(code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run("from screening.paths import template_root; print(template_root())").strip()
    assert Path(where) == tmp_path / "installed" / "screening" / "templates"
    command = "from screening.cli import main; main()"
    run(command, "demo", "--no-serve", "--folder", "round")
    environment |= {
        "SCREENING_DATABASE_URL": f"sqlite:///{tmp_path / 'round' / 'demo.sqlite3'}",
        "SCREENING_SECRET_KEY": "wheel-test-key-0123456789-abcdefghij",
    }
    run(command, "summary", "Agnieszka Wójcik", "-o", "summary.pdf")
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF-")
