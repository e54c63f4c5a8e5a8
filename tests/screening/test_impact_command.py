"""`screening impact`: figures from a file of counts, with neither server nor database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rubrics import impact as figures
from screening import cli

FIELDS = {"reference", "rate", "impact_ratio", "interval", "test", "p", "p_mid", "p_holm", "flag", "flip", "selected", "total"}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def impact(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run the command over a file with this content, without any setting."""

    def run(content: str | bytes | Path, *options: str) -> Said:
        path = content if isinstance(content, Path) else tmp_path / "counts.csv"
        if not isinstance(content, Path):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        monkeypatch.delenv("SCREENING_SECRET_KEY", raising=False)
        monkeypatch.setattr(sys, "argv", ["screening", "impact", str(path), *options])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return Said(int(stop.value.code or 0), out, err)

    return run


def groups(said: Said) -> dict[str, dict[str, Any]]:
    assert (said.code, said.err) == (0, "")
    return {item["group"]: item for item in json.loads(said.out)["groups"]}


def test_the_table_and_what_it_says(impact: Command) -> None:
    said = impact("group,selected,total\nA,7,80\nB,3,70\n")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[:8] == [
        "Group  Selected  Rate  Ratio  Plausible range     p  Holm  Below 4/5  One turns it",
        "-----  --------  ----  -----  ---------------  ----  ----  ---------  ------------",
        "A       7 of 80   9 %  100 %                -     -     -  no         -",
        "B       3 of 70   4 %   49 %     13 % - 182 %  0.34  0.34  -          no",
        "",
        "Group A has the highest rate, 9 %; the others are compared with it.",
        "Group B was selected at 49 % of group A’s rate (plausible range 13 %–182 %). With 10 selections this",
        "  could easily be chance.",
    ]
    assert "passed" not in said.out


def test_every_figure_of_the_json(impact: Command) -> None:
    said = impact("group,selected,total\nWhite,48,80\nBlack,12,40\n", "--json")
    found = groups(said)
    assert json.loads(said.out) == {
        "groups": list(found.values()),
        "common_odds_ratio": None,
        "common_odds_ratio_reason": "the file has no column “stratum”",
    }
    assert found["Black"] == {
        "group": "Black",
        "suppressed": False,
        "selected": 12,
        "total": 40,
        "reference": "White",
        "rate": 0.3,
        "impact_ratio": 0.5,
        "interval": [pytest.approx(0.30143, abs=1e-5), pytest.approx(0.82938, abs=1e-5)],
        "test": "z",
        "p": pytest.approx(0.0019458, abs=1e-7),
        "p_mid": None,
        "p_mid_reason": figures.NOT_EXACT,
        "p_holm": pytest.approx(0.0019458, abs=1e-7),
        "flag": True,
        "flip": False,
    }
    assert found["White"] == {
        "group": "White",
        "suppressed": False,
        "selected": 48,
        "total": 80,
        "reference": "White",
        "rate": 0.6,
        "impact_ratio": 1.0,
        "flag": False,
        **dict.fromkeys(("interval", "test", "p", "p_mid", "p_holm", "flip")),
        **{f"{name}_reason": figures.HIGHEST for name in ("interval", "test", "p", "p_mid", "p_holm", "flip")},
    }


def test_small_groups_are_hidden_in_the_json_and_in_the_table(impact: Command) -> None:
    content = "group,selected,total\nA,30,60\nB,20,50\nC,2,3\nD,7,9\n"
    found = groups(impact(content, "--json"))
    hidden = dict.fromkeys(FIELDS)
    assert found["C"] == {"group": "C", "suppressed": True, "reason": "fewer than 5 people", **hidden}
    assert found["D"] == {"group": "D", "suppressed": True, "reason": figures.BESIDE_FEW, **hidden}
    assert found["B"]["reference"] == "A"
    table = impact(content).out
    assert "2 of 3" not in table
    assert "7 of 9" not in table
    assert "Group C is not shown: fewer than 5 people." in table


DEGENERATE = [
    "A,0,10\nB,0,20\n",
    "A,3,10\n",
    "A,0,0\nB,0,0\n",
    "A,0,0\nB,5,9\n",
    "A,10,10\nB,20,20\n",
    "A,0,40\nB,40,40\n",
    "A,5,10\nB,5,10\nC,5,10\n",
]


@pytest.mark.parametrize("content", DEGENERATE)
def test_degenerate_counts_give_reasons_instead_of_figures(impact: Command, content: str) -> None:
    for item in groups(impact(f"group,selected,total\n{content}", "--json")).values():
        for name in FIELDS - {"selected", "total"}:
            assert item[name] is not None or item.get(f"{name}_reason") or item["reason"]
    assert impact(f"group,selected,total\n{content}").code == 0


def test_strata_are_shown_each_for_itself_and_never_added_up(impact: Command) -> None:
    rows = ["A,Male,512,825", "A,Female,89,108", "B,Male,353,560", "B,Female,17,25", "C,Male,120,325", "C,Female,202,593"]
    rows += ["D,Male,138,417", "D,Female,131,375", "E,Male,53,191", "E,Female,94,393", "F,Male,22,373", "F,Female,24,341"]
    content = "stratum,group,selected,total\n" + "\n".join(rows)
    document = json.loads(impact(content, "--json").out)
    assert [(item["stratum"], item["group"], item["total"]) for item in document["groups"]][:3] == [
        ("A", "Male", 825),
        ("A", "Female", 108),
        ("B", "Male", 560),
    ]
    assert document["common_odds_ratio"] == {
        "group": "Male",
        "reference": "Female",
        "estimate": pytest.approx(0.9046968, abs=5e-8),
        "interval": [pytest.approx(0.7719, abs=5e-5), pytest.approx(1.0603, abs=5e-5)],
        "strata": 6,
        "strata_left_out": 0,
    }
    page = impact(content).out
    assert "\nWithin strata, group Male’s odds of being selected were 0.90 times group Female’s" in page
    assert "1198" not in page


def test_of_several_groups_each_has_a_common_odds_ratio(impact: Command) -> None:
    rows = "x,A,20,40\nx,B,10,40\nx,C,8,40\ny,A,30,40\ny,B,20,40\ny,D,1,2\n"
    document = json.loads(impact(f"stratum,group,selected,total\n{rows}", "--json").out)
    found = document["common_odds_ratio"]
    assert {name: (item["reference"], item["strata"]) for name, item in found.items()} == {"B": ("A", 1), "C": ("A", 1), "D": ("A", 0)}
    assert (found["D"]["estimate"], found["D"]["reason"]) == (None, "fewer than 5 people")
    alone = json.loads(impact("stratum,group,selected,total\nx,A,20,40\n", "--json").out)
    assert (alone["common_odds_ratio"], alone["common_odds_ratio_reason"]) == (None, "there are no two groups of 5 people or more")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("group,selected,total\nA,1,9\nB,x,9\n", "counts.csv, line 3, column B (selected): “x” is not a whole number of people"),
        ("group,selected,total\nA,,9\n", "counts.csv, line 2, column B (selected): there is no number; write a whole number"),
        ("group,selected,total\nA,-1,9\n", "counts.csv, line 2, column B (selected): “-1” is not a whole number"),
        ("group,selected,total\nA,1.5,9\n", "counts.csv, line 2, column B (selected): “1.5” is not a whole number"),
        ("group,selected,total\nA,1,99999999999\n", "counts.csv, line 2, column C (total): “99999999999” is not a whole number"),
        ("group,selected,total\nA,10,9\n", "counts.csv, line 2, column B (selected): 10 selected of a total of 9."),
        ("group,selected,total\n,1,9\n", "counts.csv, line 2, column A (group): the group is not named."),
        ("group,selected,total,stratum\nA,1,9,\n", "counts.csv, line 2, column D (stratum): the stratum is not named."),
        ("group,selected,total\nA,1,9\n\nA,2,9\n", "counts.csv, line 4, column A (group): “A” is in line 2 too."),
        ("group,selected,total,stratum\nA,1,9,x\nA,2,9,x\n", "column A (group): “A” in stratum “x” is in line 2 too."),
        ("group,selected,total,strata\nA,1,9,x\n", "counts.csv: column D is called “strata”"),
        ("group,selected\nA,1\n", "counts.csv: there is no column “total”."),
        ("group,selected,total\n", "counts.csv: there is no row of counts"),
        ("", "counts.csv: The file holds no text."),
        (b"group,selected,total\n\xff,1,9\n", "counts.csv: Line 2 is not UTF-8 text."),
        ('group,selected,total\n"A,1,9\n', "counts.csv: Line 2, column A: the quotation mark"),
    ],
)
def test_a_bad_file_is_told_where_and_how_to_mend_it(impact: Command, content: str | bytes, message: str) -> None:
    for options in ((), ("--json",)):
        said = impact(content, *options)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("screening: counts.csv")
        assert message in said.err
        assert len(said.err.splitlines()) == 1


def test_a_file_that_is_not_there(impact: Command, tmp_path: Path) -> None:
    said = impact(tmp_path / "none.csv")
    assert (said.code, said.out) == (2, "")
    assert "does not exist" in said.err


def test_workbooks_and_other_ways_of_writing_are_read(impact: Command, tmp_path: Path) -> None:
    path = tmp_path / "counts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([("Group", "Total", "Selected"), ("Größe A", 80, 48), ("B", 40, 12)]):
            sheet.write_row(place, 0, row)
    expected = groups(impact("group;selected;total\nGröße A;48;80\nB;12;40\n", "--json"))
    assert groups(impact(path, "--json")) == expected


HEAVY = {"sqlalchemy", "flask", "pandas", "scipy", "screening.database"}


def loaded(*arguments: str, heavy: set[str], folder: Path) -> tuple[str, str]:
    """What the command says, and which of the heavy parts it has loaded."""
    code = "import sys\nfrom screening.cli import commands\ntry:\n    commands.main(sys.argv[1:])\nfinally:\n"
    code += f"    print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, "impact", *arguments], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout, done.stderr


def test_help_comes_without_waiting_for_the_heavy_parts(tmp_path: Path) -> None:
    out, heavy = loaded("--help", heavy=HEAVY | {"numpy", "rubrics.impact"}, folder=tmp_path)
    assert out.startswith("Usage: ")
    assert heavy == "[]\n"


def test_no_server_and_no_database_is_touched(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("group,selected,total\nA,7,80\nB,3,70\n")
    out, heavy = loaded("counts.csv", "--json", heavy=HEAVY, folder=tmp_path)
    assert json.loads(out)["groups"]
    assert heavy == "[]\n"
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]
