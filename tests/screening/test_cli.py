"""The `screening` command: what it prints, what it changes, and that whatever goes wrong is one line and a non-zero exit."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from screening import cli
from screening.database import Database
from screening.demo import place
from screening.models import Account, Application, Candidate, Event, Link, Opening
from screening.policy import RULES, Action
from screening.services import accounts, decisions
from tests.support.hiring_round import HiringRound, viewer_of

KEY = "0123456789abcdefghij" * 3


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line of a failure."""
        lines = self.err.strip().splitlines()
        assert self.code != 0
        assert self.out == ""
        assert len(lines) == 1, self.err
        assert lines[0].startswith("screening: ")
        return lines[0].removeprefix("screening: ")


Command = Callable[..., Said]


@pytest.fixture
def screening(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run the command in this process, with no settings but those given."""
    for name in [name for name in os.environ if name.startswith("SCREENING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(*arguments: object, **settings: str) -> Said:
        for name, value in settings.items():
            monkeypatch.setenv(f"SCREENING_{name}", value)
        monkeypatch.setattr(sys, "argv", ["screening", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return Said(int(stop.value.code or 0), out, err)

    return run


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The services are tested on both databases elsewhere; a command differs only in how it gets there."""
    return sqlite_database


@pytest.fixture
def configured(screening: Command, database: Database, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command with the settings for the test's database."""
    monkeypatch.setenv("SCREENING_SECRET_KEY", KEY)
    monkeypatch.setenv("SCREENING_DATABASE_URL", address_of(database))
    monkeypatch.setenv("SCREENING_BASE_URL", "https://hiring.example.org")
    return screening


def address_of(database: Database) -> str:
    return database.engine.url.set(drivername=database.engine.dialect.name).render_as_string(hide_password=False)


def environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SCREENING_")}
    return plain | {"XDG_DATA_HOME": str(tmp_path / "data")} | {f"SCREENING_{name}": value for name, value in settings.items()}


def started(*arguments: object, environment: dict[str, str]) -> subprocess.Popen[str]:
    code = "from screening.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("arguments", [(), ("demo",), ("serve",), ("migrate",), ("user", "add"), ("summary",), ("ratings", "export")])
def test_help_comes_without_waiting_for_the_heavy_parts(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom screening.cli import commands\ntry:\n    commands.main(sys.argv[1:])\nfinally:\n"
        "    print(sorted({'sqlalchemy', 'flask', 'numpy', 'pandas', 'gunicorn', 'alembic', 'weasyprint'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code, *arguments, "--help"], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("Usage: ")
    assert found.stdout.endswith("[]\n")
    assert found.stderr == ""


def test_without_a_command_the_help_is_shown(screening: Command) -> None:
    said = screening()
    assert said.code == 2
    assert "screening demo" in said.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("bogus",), "No such command 'bogus'."),
        (("demo", "--port", "99999"), "Invalid value for '--port': 99999 is not in the range 1<=x<=65535."),
        (("demo", "--scenario", "huge"), "Invalid value for '--scenario': 'huge' is not 'standard'."),
        (("user", "add", "mei@example.org"), "Missing option '--name'."),
        (("user", "add", "mei at example", "--name", "Mei"), "“mei at example” is not an e-mail address."),
        (("user", "add", "mei@example.org", "--name", " "), "--name must be a name of 1 to 120 characters."),
        (("ratings", "export", "Agent", "--xlsx"), "--xlsx needs --output FILE: a workbook cannot be shown in the terminal."),
    ],
)
def test_a_slip_of_the_fingers_is_told_in_one_line(screening: Command, arguments: tuple[str, ...], complaint: str) -> None:
    assert screening(*arguments).complaint == complaint


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("ratings", "export", "Agent"), ("user", "link", "mei@example.org")])
def test_without_a_key_nothing_starts(screening: Command, command: tuple[str, ...]) -> None:
    assert screening(*command).complaint.startswith("SCREENING_SECRET_KEY is not set: set it to a fresh random one, for example: export ")


def test_each_wrong_setting_gets_its_own_line(screening: Command) -> None:
    said = screening("serve", SECRET_KEY="short", PAPER="A3")
    assert said.code == 1
    assert [line.split()[1] for line in said.err.splitlines()] == ["SCREENING_SECRET_KEY", "SCREENING_PAPER"]


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql://127.0.0.1:1/none", "the database does not answer as expected (connection failed"),
        ("not an address", "SCREENING_DATABASE_URL is not the address of a database"),
        ("sqlite:////dev/null/none.sqlite3", "/dev/null: File exists"),
    ],
)
def test_a_database_that_is_not_there_is_one_line(screening: Command, url: str, complaint: str) -> None:
    assert screening("migrate", SECRET_KEY=KEY, DATABASE_URL=url).complaint.startswith(complaint)


def test_a_bug_is_one_line_too_unless_asked_for(screening: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.cli.running.open_database", lambda: 1 / 0)
    said = screening(
        "migrate",
    )
    assert said.complaint.startswith(
        "something went wrong inside Screening (ZeroDivisionError: division by zero). Run `screening --traceback"
    )
    monkeypatch.setattr(sys, "argv", ["screening", "--traceback", "migrate"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_the_tables_are_made_once_and_serving_asks_for_them(screening: Command, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'own.sqlite3'}"
    assert screening("serve", SECRET_KEY=KEY, DATABASE_URL=url).complaint == "The database has no tables yet. Run: screening migrate"
    for _ in range(2):
        assert screening(
            "migrate",
        ) == Said(0, "The tables are up to date.\n", "")


def test_adding_somebody_prints_a_link_that_works_once(configured: Command, database: Database) -> None:
    said = configured("user", "add", "Mei@Example.org", "--name", "Mei Tanaka", "--administrator")
    address, _, code = said.out.strip().rpartition("/")
    assert (said.code, address) == (0, "https://hiring.example.org/link")
    with database.reading() as session:
        account = accounts.find_link(session, code).account
        actions = list(session.scalars(select(Event.action).order_by(Event.id)))
    assert (account.email, account.name, account.is_administrator, account.may_open) == ("mei@example.org", "Mei Tanaka", True, False)
    assert actions == ["account_created", "invitation_link_made"]
    assert configured("user", "add", "mei@example.org", "--name", "Other").complaint.startswith("There is already an account")


def test_the_other_kind_of_database_is_reached_by_its_address(screening: Command, postgres_database: Database) -> None:
    url = address_of(postgres_database)
    assert url.startswith("postgresql://")
    assert screening("migrate", SECRET_KEY=KEY, DATABASE_URL=url).out == "The tables are up to date.\n"
    assert screening("user", "add", "mei@example.org", "--name", "Mei").code == 0
    with postgres_database.reading() as session:
        assert list(session.scalars(select(Account.email))) == ["mei@example.org"]


def test_an_account_is_known_however_its_accents_were_typed(configured: Command, database: Database) -> None:
    """As the form on the site has it: accents put together (NFC)."""
    for email, name in (("jos\u0065\u0301@example.org", "Jos\u0065\u0301"), ("\u00c9va@example.org", "\u00c9va")):
        assert configured("user", "add", email, "--name", name).code == 0
    with database.reading() as session:
        assert session.execute(select(Account.email, Account.name).order_by(Account.id)).all() == [
            ("jos\u00e9@example.org", "Jos\u00e9"),
            ("\u00e9va@example.org", "\u00c9va"),
        ]
    assert configured("user", "add", "jos\u00e9@example.org", "--name", "Other").complaint.startswith("There is already an account")
    for spelling in ("jos\u00e9@example.org", "JOSE\u0301@example.org"):
        assert configured("user", "link", spelling).code == 0


def test_a_new_link_replaces_the_last_one(configured: Command, database: Database) -> None:
    first = configured("user", "add", "mei@example.org", "--name", "Mei").out
    second = configured("user", "link", "MEI@example.org").out
    assert first != second
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Link)) == 1
    assert configured("user", "link", "tom@example.org").complaint == "There is no account with the e-mail address tom@example.org."


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_importing_says_first_and_does_then(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    file = write(tmp_path / "people.csv", "Name,E-mail,Months", "Łukasz Żak,lukasz@example.org,14", "Maria Kowalska,maria@example.org,30")
    names = select(Candidate.name).order_by(Candidate.id)
    assert configured("candidates", "import", "Agent", file, "--dry-run").out == (
        "1 candidate would be added to “Agent”; 1 candidate left out, in the opening already.\n"
    )
    with hiring.database.reading() as session:
        before = list(session.scalars(names))
    assert configured("candidates", "import", hiring.opening, file).out.startswith("1 candidate added to “Agent”")
    with hiring.database.reading() as session:
        assert list(session.scalars(names)) == [*before, "Łukasz Żak"]
    assert configured("candidates", "import", "agent", file).out.startswith("0 candidates added")


def test_importing_a_file_with_mistakes_names_each_and_adds_nothing(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    file = write(tmp_path / "people.csv", "Name,E-mail,Months", "Good One,good@example.org,1", "Bad One,bad@,x")
    said = configured("candidates", "import", "Agent", file)
    assert said.code == 1
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "Row 3, column “E-mail”",
        "Row 3, column “Months”",
        "screening",
    ]
    with hiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 3
    assert configured("candidates", "import", "Agent", write(tmp_path / "x.csv", "")).complaint
    assert configured("candidates", "import", "Cook", file).complaint == "There is no opening “Cook”. There are: Agent."


def test_ratings_come_out_one_row_each_and_the_log_says_so(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    said = configured("ratings", "export", "Agent")
    header, *rows = said.out.lstrip("\ufeff").splitlines()
    assert (said.code, header.split(",")[:7]) == (
        0,
        ["opening", "candidate", "stage", "interviewer", "criterion", "rubric_version", "rating"],
    )
    assert sorted(row.split(",")[4:7] for row in rows) == [["composure", "1", "2"], ["spoken_communication", "1", "4"]]
    assert configured("ratings", "export", "Agent", "-o", tmp_path / "all.xlsx", "--all-versions").out == ""
    (sheet, *_) = CalamineWorkbook.from_path(tmp_path / "all.xlsx").sheet_names
    table = CalamineWorkbook.from_path(tmp_path / "all.xlsx").get_sheet_by_name(sheet).to_python()
    assert (table[0][-2:], [row[-2:] for row in table[1:]]) == (["after_reveal", "counts"], [["no", "yes"]] * 2)
    with hiring.database.reading() as session:
        exports = session.execute(select(Event.account_id, Event.opening_id).where(Event.action == "ratings_exported")).all()
        opening = session.scalars(select(Opening.id)).one()
    assert exports == [(None, opening)] * 2
    missing = configured("ratings", "export", "Agent", "-o", tmp_path / "no" / "folder.csv")
    assert missing.complaint == f"{tmp_path / 'no' / 'folder.csv'}: No such file or directory"


def test_a_summary_is_found_by_name_or_identifier(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    for words in ("maria kowalska", hiring.candidates["maria"]):
        assert configured("summary", words, "-o", tmp_path / "maria.pdf").code == 0
        with pikepdf.open(tmp_path / "maria.pdf") as pdf:
            assert "Maria Kowalska" in str(pdf.docinfo["/Title"])
    assert configured("summary", "Maria", "-o", tmp_path / "x.pdf").complaint.startswith("There is no candidate “Maria”")


def test_a_summary_for_a_records_request_names_nobody(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    assert configured("summary", "Maria Kowalska", "--edition", "records", "-o", tmp_path / "record.pdf").code == 0

    with pikepdf.open(tmp_path / "record.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == f"Candidate summary: Record {hiring.candidates['maria'][:8]}, Agent"
    with hiring.database.reading() as session:
        assert session.scalars(select(Event.detail).where(Event.action == "summary_made")).all() == [{"edition": "records"}]
    assert configured("summary", "Maria Kowalska", "--edition", "short", "-o", tmp_path / "x.pdf").code == 2


def test_a_name_that_several_have_lists_them(configured: Command, hiring: HiringRound, tmp_path: Path) -> None:
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening)).one()
        twin = Candidate(name="Maria Kowalska")
        other = Application(opening_id=opening.id, candidate=twin)
        session.add(other)
        session.flush()
        public_id = other.public_id
    assert configured("summary", "Maria Kowalska", "-o", tmp_path / "x.pdf").complaint == (
        f"2 candidates are called “Maria Kowalska”. Give the identifier of one: {hiring.candidates['maria']} (Agent); {public_id} (Agent)."
    )


def test_the_list_of_routes_needs_nothing_and_names_who_may_ask(screening: Command) -> None:
    said = screening("routes", "--json")
    assert (said.code, said.err) == (0, "")
    rows = {(row["rule"], *row["methods"]): row for row in json.loads(said.out)}
    assert rows["/candidates/<application_id>", "GET"] == {
        "rule": "/candidates/<application_id>",
        "methods": ["GET"],
        "endpoint": "candidates.show",
        "action": "see_candidate",
        "roles": ["hiring_manager", "interviewer", "recruiter"],
    }
    named = {row["endpoint"]: row["action"] for row in rows.values() if row["endpoint"] != "static"}
    assert [endpoint for endpoint, action in named.items() if action is None] == []
    assert set(named.values()) <= {str(action) for action in Action}
    assert all(row["roles"] == sorted(RULES[Action(row["action"])]) for row in rows.values() if row["action"])
    assert len(screening("routes").out.splitlines()) == len(json.loads(said.out))


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demonstration, as the command makes it."""
    folder = tmp_path_factory.mktemp("demo folder with 100% odd? name#")
    process = started("demo", "--no-serve", "--folder", folder, environment=environment(folder))
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out == place._address(folder / "demo.sqlite3") + "\n"
    return folder


@pytest.mark.xdist_group("demo")
def test_a_demonstration_is_one_marked_file_with_a_round_in_it(demo_folder: Path) -> None:
    assert sorted(path.name for path in demo_folder.iterdir()) == ["demo.key", "demo.lock", "demo.sqlite3"]
    database = Database(place._address(demo_folder / "demo.sqlite3"))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 28
    database.close()


@pytest.mark.xdist_group("demo")
def test_a_kept_demonstration_still_has_what_was_done_in_it(screening: Command, demo_folder: Path) -> None:
    database = Database(place._address(demo_folder / "demo.sqlite3"), secrets=(place.key(demo_folder),))
    with database.transaction() as session:
        waiting = session.scalars(select(Application).join(Candidate).where(Candidate.name == "Hannah Goldberg")).one()
        tomas = session.scalars(select(Account).where(Account.name == "Tomás Rivera")).one()
        decisions.decide(session, viewer_of(session, tomas.public_id), waiting.public_id, kind="hold", reason="Own try.", standing="")
    database.close()
    before = (demo_folder / "demo.sqlite3").read_bytes()
    assert screening("demo", "--no-serve", "--keep", "--folder", demo_folder).code == 0
    assert (demo_folder / "demo.sqlite3").read_bytes() == before


@pytest.mark.xdist_group("demo")
def test_a_fresh_demonstration_has_nothing_of_the_last_one(screening: Command, demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What it is filled with is tested elsewhere; here only that it is another one.
    monkeypatch.setattr(place, "build", lambda database, *, seed: None)
    assert screening("demo", "--no-serve", "--folder", demo_folder).code == 0
    database = Database(place._address(demo_folder / "demo.sqlite3"))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 0
    database.close()


def test_a_file_of_somebody_else_is_never_overwritten(screening: Command, tmp_path: Path) -> None:
    own = tmp_path / "demo.sqlite3"
    for content in (b"not a database at all, " * 100, b""):
        own.write_bytes(content)
        assert screening("demo", "--no-serve", "--folder", tmp_path).complaint == (
            f"{own} is not a demonstration and is left alone: choose another --folder."
        )
        assert own.read_bytes() == content
    own.unlink()
    with sqlite3.connect(own) as connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")
    connection.close()
    assert "left alone" in screening("demo", "--no-serve", "--folder", tmp_path).complaint


def test_an_interrupted_demonstration_leaves_nothing(screening: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(database: Database, *, seed: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, "build", interrupted)
    said = screening("demo", "--no-serve", "--folder", tmp_path / "demo")
    assert (said.code, said.complaint) == (130, "stopped.")
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["demo.key", "demo.lock"]


def test_two_demonstrations_do_not_share_a_folder(screening: Command, tmp_path: Path) -> None:
    with place.reserved(tmp_path):
        complaint = screening("demo", "--no-serve", "--folder", tmp_path).complaint
    assert complaint == f"A demonstration is running from {tmp_path} already: stop it first, or choose another --folder."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def answer(port: int, path: str) -> http.client.HTTPResponse:
    """The answer to a request, once the first worker is up."""
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path)
            return connection.getresponse()
        except ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def test_an_address_that_is_taken_is_told_at_once(configured: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        taken = f"Another program listens at 127.0.0.1:{port} already: stop it, or choose another port."
        assert configured("serve", BIND=f"127.0.0.1:{port}").complaint == taken
        assert configured("demo", "--port", port).complaint == taken
    assert configured("serve", BIND="192.0.2.1:8000").complaint == (
        "Cannot listen at 192.0.2.1:8000: Cannot assign requested address. Check SCREENING_BIND."
    )


@pytest.mark.parametrize("stop", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM])
def test_serving_says_where_names_no_version_and_stops_gently(tmp_path: Path, migrated_file: Path, stop: signal.Signals) -> None:
    port = free_port()
    (tmp_path / "own.sqlite3").write_bytes(migrated_file.read_bytes())
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    chosen = environment(tmp_path, SECRET_KEY=KEY, DATABASE_URL=url, BIND=f"127.0.0.1:{port}", WORKERS="1")
    with running(started("serve", environment=chosen)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Serving at http://127.0.0.1:{port}  (Ctrl-C stops it)\n"
        healthy = answer(port, "/healthz")
        assert (healthy.status, healthy.getheader("Server")) == (200, "Screening")
        process.send_signal(stop)
        out, err = process.communicate(timeout=40)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.xdist_group("demo")
def test_the_demonstration_is_served_to_this_machine_only(demo_folder: Path) -> None:
    port = free_port()
    process = started("demo", "--keep", "--port", port, "--folder", demo_folder, environment=environment(demo_folder))
    with running(process):
        assert process.stdout is not None
        assert process.stdout.readline() == f"A hiring round to look around in: http://127.0.0.1:{port}  (Ctrl-C stops it)\n"
        assert answer(port, "/sign-in").status == 200
        with socket.socket() as elsewhere:
            elsewhere.settimeout(2)
            assert elsewhere.connect_ex(("127.0.0.2", port)) != 0
        process.terminate()
        process.communicate(timeout=40)
    assert process.returncode == 0
