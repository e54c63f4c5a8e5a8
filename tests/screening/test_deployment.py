"""The documented deployment: nginx with the shipped configuration in front of real servers; several hosts on one database; the units."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import create_engine, select, text

from screening.blueprints.sizes import MAX_REQUEST_BYTES, MEBIBYTE
from screening.config import to_environment
from screening.database import Database
from screening.models import Attempt, Job
from screening.services import throttling
from tests.support import hiring_round as rounds
from tests.support import web
from tests.support.hiring_round import HiringRound, fresh_number
from tests.support.keys import KEY
from tests.support.signing_in import PASSWORD, give_passwords

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAME = "hiring.example.org"
PATIENCE = 120.0
SCRIPT = re.compile(r'name="(csrf_token|submission_token)" value="([^"]*)"')

pytestmark = pytest.mark.long


def nginx() -> str:
    found = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/opt/homebrew/bin")
    assert found, "the tests need nginx: run make setup"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(answer: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := answer()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def served(hiring: HiringRound, folder: Path, **changes: Any) -> Iterator[int]:
    """`screening serve` with a home and temporary files of its own; gives its port."""
    port = free_port()
    address = hiring.database.engine.url.set(drivername=hiring.database.engine.dialect.name).render_as_string(hide_password=False)
    chosen = web.settings(database_url=address, bind=f"127.0.0.1:{port}", workers=1, **{"base_url": f"http://127.0.0.1:{port}", **changes})
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    own = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from screening.cli import main; main()", "serve"]
    process = subprocess.Popen(command, env=own | to_environment(chosen), cwd=folder, stdout=subprocess.DEVNULL)
    try:
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


# --- A browser that speaks to an address but asks for a name ---


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Client:
    """Keeps cookies, and sends the tokens of the page that it got last. `port` speaks TLS for `NAME` unless `plain`."""

    port: int
    plain: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        if not self.plain:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection.sock = context.wrap_socket(connection.sock, server_hostname=NAME)
        return connection

    def send(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        connection = self.connect()
        named = {} if self.plain else {"Host": NAME}
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, named | ({"Cookie": cookie} if cookie else {}) | headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.msg, response.read())
        connection.close()
        for value in response.msg.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
        if found := dict(SCRIPT.findall(answer.body.decode("utf-8", "replace"))):
            self.tokens = found
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(self.tokens | fields), **form | headers)

    def sign_in(self, email: str, password: str = PASSWORD, **headers: str) -> Answer:
        self.get("/sign-in")
        return self.post("/sign-in", {"email": email, "password": password}, **headers)


# --- nginx with the shipped files: only paths and ports are others ---


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    today = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*plain))


def configured(folder: Path, *, app: int, https: int, plain: int) -> Path:
    site = (DEPLOY / "nginx" / "screening.conf").read_text()
    changes = {
        "listen [::]:": "#listen ",
        "listen 443": f"listen 127.0.0.1:{https}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        f"/etc/letsencrypt/live/{NAME}": str(folder),
        "snippets/screening-own-answers.conf": str(DEPLOY / "nginx" / "screening-own-answers.conf"),
        "127.0.0.1:8000": f"127.0.0.1:{app}",
        "/var/log/nginx": str(folder),
    }
    for shipped, here in changes.items():
        assert shipped in site
        site = site.replace(shipped, here)
    (folder / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    own = f"pid {folder}/pid; error_log {folder}/error.log; daemon off;\nevents {{ worker_connections 1024; }}\n"
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"{user}{own}http {{ access_log off; {temporary}\ninclude {folder}/site.conf; }}\n")
    return folder / "nginx.conf"


@dataclass
class Deployment:
    hiring: HiringRound
    https: int
    plain: int
    app: int
    folder: Path

    def client(self) -> Client:
        return Client(self.https)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, sqlite_round: tuple[Path, HiringRound]) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    shutil.copy(sqlite_round[0], folder / "own.sqlite3")
    database = Database(f"sqlite:///{folder / 'own.sqlite3'}", secrets=(KEY,))
    hiring = rounds.HiringRound(**{**sqlite_round[1].__dict__, "database": database})
    give_passwords(hiring)
    certificate(folder)
    with served(hiring, folder, base_url=f"https://{NAME}", proxies=1, threads=4, background=0) as app:
        found = Deployment(hiring, free_port(), free_port(), app, folder)
        configuration = configured(folder, app=app, https=found.https, plain=found.plain)
        process = subprocess.Popen([nginx(), "-p", str(folder), "-c", str(configuration)], stderr=subprocess.PIPE, text=True)
        until(lambda: process.poll() is not None or listens(found.https))
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield found
        process.terminate()
        process.wait(30)
    database.close()


def test_signing_in_over_https_gives_a_cookie_for_this_host_alone(proxy: Deployment) -> None:
    ada = proxy.client()
    answer = ada.sign_in("ada@example.org")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    (session,) = [value for value in answer.headers.get_all("Set-Cookie", []) if value.startswith("__Host-screening=")]
    flags = {part.strip().partition("=")[0] for part in session.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path", "SameSite"} <= flags
    assert "Domain" not in flags
    home = ada.get("/")
    assert (home.status, home.headers["Server"], "Maria Kowalska" in home.text) == (200, "nginx", True)
    assert home.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_plain_http_only_leads_to_https_under_the_name_that_is_set(proxy: Deployment) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", "/openings?x=1", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/openings?x=1")
    connection.close()


@pytest.mark.parametrize(("path", "status"), [("/openings", 308), ("/.well-known/acme-challenge/none", 404)])
def test_what_is_answered_over_plain_http_has_the_headers_of_every_answer(proxy: Deployment, path: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", path, headers={"Host": NAME})
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert (answer.headers["Cache-Control"], answer.headers["Server"]) == ("no-store", "nginx")
    connection.close()


def test_the_log_notes_neither_what_was_searched_for_nor_one_time_links(proxy: Deployment) -> None:
    proxy.client().get("/link/only-for-maria?also=hidden")
    proxy.client().get("/openings?text=Kowalska")
    log = until(lambda: "/openings" in (text := (proxy.folder / "screening.log").read_text()) and text)
    assert '"/link/-" 410' in log
    assert [word for word in ("only-for-maria", "hidden", "Kowalska", "?") if word in log] == []


def test_what_a_client_says_about_its_address_is_not_believed(proxy: Deployment) -> None:
    """Eleven accounts tried from what claims to be eleven addresses: one address for the throttle."""
    last = 0
    for number in range(11):
        client = proxy.client()
        claimed = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
        last = client.sign_in(f"nobody{number}@example.org", "wrong wrong wrong", **claimed).status
    assert last == 429
    with proxy.hiring.database.transaction() as session:
        seen = set(session.scalars(select(Attempt.subject_hash)))
        session.execute(text("DELETE FROM attempts"))
    assert not seen & {throttling._of_address(f"198.51.100.{number}") for number in range(11)}


@pytest.mark.parametrize("claimed", [{"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Prefix": "/evil"}])
def test_what_a_client_says_about_the_site_changes_nothing(proxy: Deployment, claimed: dict[str, str]) -> None:
    answer = proxy.client().get("/people", **claimed)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/people")
    page = proxy.client().get("/sign-in", **claimed)
    assert (page.status, "evil" in page.text) == (200, False)
    client = proxy.client()
    assert client.sign_in("ada@example.org", **claimed).status == 303


def test_another_name_gets_no_answer(proxy: Deployment) -> None:
    client = proxy.client()
    connection = client.connect()
    connection.putrequest("GET", "/sign-in", skip_host=True)
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    plain = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    plain.request("GET", "/", headers={"Host": "evil.example"})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        plain.getresponse()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxy.https)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="evil.example")


def test_more_than_a_file_may_hold_is_refused_and_less_reach_the_application(proxy: Deployment) -> None:
    client = proxy.client()
    client.sign_in("recruiter@example.org")
    at = f"/openings/{proxy.hiring.opening}/import"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    too_large = client.send("POST", at, b"x" * (MAX_REQUEST_BYTES + 1), **form)
    assert (too_large.status, f"{MAX_REQUEST_BYTES // MEBIBYTE} MB" in too_large.text) == (413, True)
    assert too_large.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "nginx/" not in str(too_large.headers)
    below = client.send("POST", at, b"x" * (MAX_REQUEST_BYTES - 1), **form)
    assert below.status in (400, 413, 422)
    assert "<!doctype html>" in below.text


def test_slow_clients_are_cut_off_and_keep_nobody_waiting(proxy: Deployment) -> None:
    """Four times as many as the server has threads begin a request and do not go on, in its head or in its body."""
    client, slow = proxy.client(), []
    for number in range(16):
        connection = client.connect()
        head = f"POST /sign-in HTTP/1.1\r\nHost: {NAME}\r\n"
        sent = head + ("Content-Length: 5000\r\n\r\nemail=" if number % 2 else "X-Slow: ")
        connection.sock.sendall(sent.encode())
        slow.append(connection)
    began = time.monotonic()
    for _ in range(10):
        assert proxy.client().get("/sign-in").status == 200
    assert time.monotonic() - began < 20
    for connection in slow:
        connection.sock.settimeout(60)
        rest = b"."
        with contextlib.suppress(OSError):
            while rest:
                rest = connection.sock.recv(4096)
    assert time.monotonic() - began < 40


def test_nothing_but_pages_is_found_and_errors_tell_nothing(proxy: Deployment) -> None:
    for path in (
        "/.git/config",
        "/.git/",
        "/console",
        "/.env",
        "/screening.env",
        "/static/../screening/config.py",
        "/%2e%2e/%2e%2e/etc/passwd",
    ):
        answer = proxy.client().get(path)
        assert answer.status in (400, 404, 414), path
        assert "Content-Security-Policy" in answer.headers, path
        assert not re.search(r"Traceback|SELECT |sqlite|File \"|\[core\]|/screening/", answer.text), path
    broken = proxy.client().connect()
    broken.sock.sendall(b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"nginx/" not in broken.sock.recv(4096)


def test_while_the_server_is_away_nginx_says_when_to_come_back(proxy: Deployment, tmp_path: Path) -> None:
    certificate(tmp_path)
    https = free_port()
    configuration = configured(tmp_path, app=free_port(), https=https, plain=free_port())
    process = subprocess.Popen([nginx(), "-p", str(tmp_path), "-c", str(configuration)])
    try:
        until(lambda: listens(https))
        answer = Client(https).post("/sign-in", {"email": "ada@example.org"})
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    finally:
        process.terminate()
        process.wait(30)


# --- Several hosts ---


def test_two_hosts_on_one_postgresql_are_one_site(postgres: Callable[[str], str], tmp_path: Path) -> None:
    """Separate processes with homes and temporary folders of their own: signed in at one, at work at the other, a file of one from both."""
    name = f"hosts_{fresh_number()}"
    server = create_engine(postgres("postgres").replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE screening_template"))
    server.dispose()
    database = Database(postgres(name), secrets=(KEY,))
    hiring = rounds.build(database)
    hiring.submit("ada", "maria")
    give_passwords(hiring, "recruiter")
    files = f"/openings/{hiring.opening}/files"
    with served(hiring, tmp_path / "one", background=0) as one, served(hiring, tmp_path / "two", background=1) as two:
        at_one = Client(one, plain=True)
        assert at_one.sign_in("recruiter@example.org").status == 303
        at_two = Client(two, plain=True, cookies=at_one.cookies)
        assert at_two.get(f"/openings/{hiring.opening}").status == 200

        # Asked for at the host that makes none: the worker of the other one does, and any of them hands it out.
        assert at_one.get(f"{files}").status == 200
        assert at_one.post(files, {"whom": "everybody", "edition": "full", "form": "zip"}).status == 303
        with database.reading() as session:
            job = session.scalars(select(Job)).one().public_id
        until(lambda: "done" in _state(database))
        for client in (at_one, at_two):
            fetched = client.get(f"{files}/{job}/content")
            assert (fetched.status, fetched.body[:2]) == (200, b"PK")

        at_two.get("/me")
        assert at_two.post("/sign-out", {}).status == 303
        assert at_one.get("/me").status == 303
    assert sorted(path.name for path in (tmp_path / "one" / "home").rglob("*")) == []
    database.close()


def _state(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Job.state)))


# --- The units ---


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_understood_and_locked_down() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for unit in (DEPLOY / "systemd").iterdir():
            # The program is not installed where the units look for it.
            (Path(folder) / unit.name).write_text(unit.read_text().replace("/opt/screening/bin/screening", "/bin/true"))
        units = sorted(Path(folder).iterdir())
        assert [unit.name for unit in units] == [
            "screening-backup.service",
            "screening-backup.timer",
            "screening-worker.service",
            "screening.service",
        ]
        checked = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")
        for service in (unit for unit in units if unit.suffix == ".service"):
            told = subprocess.run(
                ["systemd-analyze", "security", "--no-pager", "--offline=true", service], capture_output=True, text=True, check=False
            ).stdout
            level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told)
            assert level, told
            assert float(level[1]) < 2.0
