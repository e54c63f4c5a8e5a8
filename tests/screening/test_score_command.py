"""`screening score`: a stable JSON interface and a readable table from a plain list of ratings."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from screening.cli import commands
from tests.rubrics.panels import SHROUT_FLEISS

CANDIDATE = {
    "candidate", "score", "se", "se_assumed", "interval", "rank", "coverage", "complete",
    "adjusted", "adjusted_se", "adjusted_interval", "adjusted_rank", "top_k",
}  # fmt: skip


def write(path: Path, rows: list[tuple[Any, ...]], header: tuple[str, ...] = ("candidate", "interviewer", "criterion", "rating")) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["score", *map(str, arguments)])


def scored(*arguments: str | Path) -> dict[str, Any]:
    answer = run(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    # Standard JSON: no NaN.
    found: dict[str, Any] = json.loads(answer.stdout, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    return found


def shrout_fleiss(path: Path) -> Path:
    return write(path, [(f"T{who}", f"J{by}", "quality", int(SHROUT_FLEISS[who, by])) for who in range(6) for by in range(4)])


def crossed(seed: int = 1, people: int = 24, judges: int = 6) -> list[tuple[Any, ...]]:
    draw = random.Random(seed)
    strict = [draw.gauss(0, 0.9) for _ in range(judges)]
    rows: list[tuple[Any, ...]] = []
    for who in range(people):
        level = draw.gauss(5, 1.5)
        for by in draw.sample(range(judges), 4):
            rows += [(f"C{who:02}", f"I{by}", what, round(level + strict[by] + draw.gauss(0, 0.8), 2)) for what in ("calm", "clear")]
    return rows


def test_the_published_table(tmp_path: Path) -> None:
    found = scored(shrout_fleiss(tmp_path / "sf.csv"))
    assert found["reliability"]["icc"] == {
        kind: pytest.approx(value, abs=0.005)
        for kind, value in {"1,1": 0.17, "1,k": 0.44, "2,1": 0.29, "2,k": 0.62, "3,1": 0.71, "3,k": 0.91}.items()
    }
    assert found["scale"] == [1, 10]
    model = found["model"]
    assert (model["sigma"] ** 2, model["sigma_severity"] ** 2) == (pytest.approx(1.0194444), pytest.approx(5.2444444))
    assert model["gate"] == {"open": False, "reason": "Only 4 interviewers share candidates; severity is not estimated with fewer than 5."}
    first = found["candidates"][0]
    assert (first["candidate"], first["score"], first["rank"], first["adjusted"]) == ("T4", 7.5, 1, None)
    assert first["adjusted_reason"] == model["gate"]["reason"]
    assert [(who["interviewer"], who["shared"]) for who in found["interviewers"]] == [(f"J{by}", 6) for by in range(4)]


def test_every_key_of_the_interface_is_there_whether_the_gate_is_open_or_not(tmp_path: Path) -> None:
    opened = scored(write(tmp_path / "open.csv", crossed()))
    closed = scored(shrout_fleiss(tmp_path / "closed.csv"))
    assert (opened["model"]["gate"], closed["model"]["gate"]["open"]) == ({"open": True, "reason": None}, False)
    for found in (opened, closed):
        assert {key for who in found["candidates"] for key in who if not key.endswith("_reason")} == CANDIDATE
        assert {key for who in found["interviewers"] for key in who} == {"interviewer", "severity", "se", "shared"}
        assert set(found["model"]) == {"sigma", "sigma_severity", "lrt", "degrees", "gate", "ungated", "groups"}
        assert {"g", "g_adjusted", "icc", "krippendorff_alpha", "kendall_w"} <= set(found["reliability"])
        assert {"w", "chi2", "df", "p"} <= set(found["reliability"]["kendall_w"])
    assert all(who["adjusted"] is not None and who["adjusted_rank"] for who in opened["candidates"])
    assert sum(who["top_k"] for who in opened["candidates"]) == pytest.approx(3)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    rows = crossed()
    one = scored(write(tmp_path / "a.csv", rows))
    random.Random(3).shuffle(rows)
    assert scored(write(tmp_path / "b.csv", rows)) == one


def test_columns_may_have_other_names_and_others_are_ignored(tmp_path: Path) -> None:
    rows = crossed()
    plain = scored(write(tmp_path / "a.csv", rows))
    named = write(tmp_path / "b.csv", [("x", *row) for row in rows], ("Notes", "Name", "Panel member", "Item", "Points"))
    mapped = ("--candidate", "name", "--interviewer", "Panel member", "--criterion", "Item", "--rating", "points")
    assert scored(named, *mapped) == plain


def test_weights_and_what_was_not_assessed(tmp_path: Path) -> None:
    rows = [("A", "I", "calm", 4), ("A", "I", "clear", 2), ("B", "I", "calm", 5), ("B", "I", "clear", ""), ("C", "I", "calm", "")]
    file = write(tmp_path / "r.csv", rows)
    weights = write(tmp_path / "w.csv", [("calm", 75), ("clear", 25)], ("criterion", "weight"))
    found = {who["candidate"]: who for who in scored(file, "--weights", weights)["candidates"]}
    assert {name: (who["score"], who["coverage"], who["rank"]) for name, who in found.items()} == {
        "A": (3.5, 1.0, 1),
        "B": (5.0, 0.75, None),
        "C": (None, 0.0, None),
    }
    assert found["B"]["rank_reason"] == "Only 75 % of the weight was rated; 80 % are needed for a place."
    assert found["C"]["score_reason"] == "Nothing was rated."
    equal = scored(file)["candidates"][0]
    assert (equal["candidate"], equal["score"]) == ("A", 3.0)


def test_of_a_file_of_all_versions_those_that_count_are_scored(tmp_path: Path) -> None:
    header = ("candidate", "interviewer", "criterion", "rating", "version", "after_reveal", "counts")
    rows = [("A", "I", "calm", 1, 1, "no", "no"), ("A", "I", "calm", 4, 2, "no", "yes"), ("A", "J", "calm", 5, 2, "yes", "no")]
    found = scored(write(tmp_path / "all.csv", rows, header))
    assert [(who["candidate"], who["score"]) for who in found["candidates"]] == [("A", 4.0)]
    assert [who["interviewer"] for who in found["interviewers"]] == ["I"]


def test_ungated_shows_the_estimate_and_marks_it(tmp_path: Path) -> None:
    found = scored(shrout_fleiss(tmp_path / "sf.csv"), "--ungated")
    assert found["model"]["ungated"] is True
    assert found["model"]["gate"]["open"] is False
    # In a complete table everybody met the same judges: adjusting moves nobody.
    assert [who["adjusted"] for who in found["candidates"]] == pytest.approx([who["score"] for who in found["candidates"]])
    assert [who["adjusted_se"] for who in found["candidates"]] == pytest.approx([(1.0194444 / 4) ** 0.5] * 6)


def test_groups_that_share_nobody_are_named(tmp_path: Path) -> None:
    rows = [*crossed(1, 20, 5), *((f"X{who}", f"Y{by}", what, level) for (who, by, what, level) in crossed(2, 20, 5))]
    found = scored(write(tmp_path / "r.csv", rows))
    assert [group["interviewers"] for group in found["model"]["groups"]] == [[f"I{by}" for by in range(5)], [f"YI{by}" for by in range(5)]]
    assert "would connect two groups" in found["model"]["groups_note"]
    assert "share no candidate" in run(tmp_path / "r.csv").stdout


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("A", "I", "c", "")],
        [("A", "I", "c", 3)],
        [("A", "I", "c", 3), ("B", "I", "c", 5)],
        [("A", "I", "c", 3), ("A", "J", "c", 5)],
        [(who, by, "c", 3) for who in "ABC" for by in "IJK"],
        [("A", "I", "c", 3), ("B", "J", "c", 5), ("C", "K", "c", 1)],
        [("A", "I", "c", 3), ("A", "I", "c", 5)],
    ],
    ids=["no rows", "not assessed", "one rating", "one interviewer", "one candidate", "all equal", "nobody shared", "twice"],
)
def test_degenerate_lists_give_the_default_score_and_a_sentence(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    file = write(tmp_path / "r.csv", rows)
    for found in (scored(file), scored(file, "--ungated")):
        assert found["model"]["gate"]["open"] is False
        assert found["model"]["gate"]["reason"]
        for group in (*found["candidates"], *found["interviewers"], found["model"], found["reliability"]):
            assert all(value is not None or group[f"{key}_reason"] for key, value in group.items())
        for who in found["candidates"]:
            levels = [row[3] for row in rows if row[0] == who["candidate"] and row[3] != ""]
            assert who["score"] == (pytest.approx(sum(levels) / len(levels)) if levels else None)
    for options in ([], ["--ungated"]):
        answer = run(file, *options)
        assert answer.exit_code == 0
        assert "nan" not in answer.stdout.casefold()


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("", [], "The file holds no text."),
        (
            "candidate,interviewer,criterion\nA,I,c\n",
            [],
            "there is no column “rating”. The columns are: candidate, interviewer, criterion.",
        ),
        ("candidate,interviewer,criterion,rating\nA,I,c,good\n", [], "line 2: the rating “good” is not a number."),
        ("candidate,interviewer,criterion,rating\nA,,c,3\n", [], "line 2: interviewer missing."),
        ("candidate,interviewer,criterion,rating\nA,I,c,7\n", ["--scale", "1-5"], "7 is outside the scale from 1 to 5."),
        ("candidate,interviewer,criterion,rating\nA,I,c,3\n", ["--scale", "5-1"], "“5-1” is not a scale."),
        ("candidate,interviewer,criterion,rating\nA,I,c,nan\n", [], "is not a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, content: str, options: list[str], said: str) -> None:
    file = tmp_path / "r.csv"
    file.write_text(content, encoding="utf-8")
    answer = run(file, *options)
    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("calm", 1)], "no weight for clear. Give 0 to leave a criterion out."),
        ([("calm", 1), ("calm", 2), ("clear", 1)], "line 3: “calm” has a weight already."),
        ([("calm", 0), ("clear", 0)], "at least one weight must be more than 0."),
        ([("calm", -1), ("clear", 1)], "line 2: a criterion needs a name and a weight of 0 or more, not “-1”."),
    ],
)
def test_weights_that_make_no_sense_are_refused(tmp_path: Path, rows: list[tuple[Any, ...]], said: str) -> None:
    file = write(tmp_path / "r.csv", crossed())
    answer = run(file, "--weights", write(tmp_path / "w.csv", rows, ("criterion", "weight")))
    assert answer.exit_code != 0
    assert said in answer.output


def test_the_table_reads_well(tmp_path: Path) -> None:
    text = run(
        write(tmp_path / "r.csv", [*crossed(), ("Ngô Thị 美玲", "I0", "calm", 4), ("Ngô Thị 美玲", "I1", "clear", 6)]), "--scale", "0-10"
    ).stdout
    lines = text.splitlines()
    assert lines[0] == "25 candidates, 6 interviewers, 2 criteria, 194 ratings on a scale from 0 to 10."
    assert "Among the best 3" in lines[2]
    assert [line.split()[0] for line in lines[3:6]] == ["1", "2", "3"]
    assert "How repeatable is this ranking?" in text
    assert "Lenient +/strict −" in text
    assert all(line == line.rstrip() for line in lines)
