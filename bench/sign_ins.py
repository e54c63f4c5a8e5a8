"""What signing in costs: `python -m bench.sign_ins [PEOPLE]` signs that many people (200) in at one moment, over HTTP on loopback.

Starts `screening serve` with a database of its own, and prints how long it took, what was answered, and what memory the server's processes
had at most; then how long wrong tries take for addresses that have an account and for addresses that have none.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from screening import passwords, schema
from screening.database import Database
from screening.models import Account

PASSWORD = "seven blue kettles sing"  # noqa: S105
WRONG_TRIES = 8


def main(people: int) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        key, url = secrets.token_hex(32), f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        make_people(url, key, people)
        environment = {**os.environ, "SCREENING_SECRET_KEY": key, "SCREENING_DATABASE_URL": url, "SCREENING_BIND": f"127.0.0.1:{port}"}
        with serving(environment, port) as server:
            sign_all_in(server, port, people)
            compare_wrong_tries(port)


def make_people(url: str, key: str, people: int) -> None:
    database = Database(url, secrets=(key,))
    schema.upgrade(database)
    stored = passwords.hash_password(PASSWORD)
    with database.transaction() as session:
        session.add_all(Account(email=f"{number}@example.org", name=f"Person {number}", password_hash=stored) for number in range(people))
    database.close()


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen([str(Path(sys.executable).with_name("screening")), "serve"], env=environment, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        while status(port, "GET", "/healthz") != 200:
            assert server.poll() is None, "the server did not start"
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait()


def asked(port: int, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), (answer.headers["Set-Cookie"] or "").partition(";")[0]
    connection.close()
    return found


def status(port: int, method: str, path: str) -> int:
    try:
        return asked(port, method, path)[0]
    except OSError:
        return 0


def form(port: int) -> tuple[str, str]:
    """The token of a sign-in page, and the cookie it belongs to."""
    _, page, cookie = asked(port, "GET", "/sign-in")
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    return token, cookie


def tried(port: int, token: str, cookie: str, email: str, password: str) -> tuple[int, float]:
    started = time.perf_counter()
    body = urlencode({"csrf_token": token, "email": email, "password": password})
    answer = asked(port, "POST", "/sign-in", body, cookie)
    return answer[0], time.perf_counter() - started


def sign_all_in(server: subprocess.Popen[bytes], port: int, people: int) -> None:
    pages = [form(port) for _ in range(people)]
    done, most = threading.Event(), {"Rss": 0, "Pss": 0}
    watcher = threading.Thread(target=watch, args=(server.pid, most, done))
    watcher.start()
    used, started = processor_seconds(server.pid), time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        answers = list(pool.map(lambda number: tried(port, *pages[number], f"{number}@example.org", PASSWORD), range(people)))
    seconds, used = time.perf_counter() - started, processor_seconds(server.pid) - used
    done.set()
    watcher.join()
    taken = sorted(time for _, time in answers)
    print(f"{people} sign-ins at once: {seconds:.1f} s in all, median {statistics.median(taken):.1f} s, last {taken[-1]:.1f} s")
    print(f"answered: {dict(Counter(answer for answer, _ in answers))}")
    print(f"processor time of the server: {used:.1f} s, {used / people * 1000:.0f} ms for each")
    resident, shared_once = most["Rss"] / 1024, most["Pss"] / 1024
    print(f"memory of all processes at most: {resident:.0f} MiB resident, {shared_once:.0f} MiB counting shared pages once")


def watch(pid: int, most: dict[str, int], done: threading.Event) -> None:
    while not done.wait(0.2):
        now = memory(pid)
        for kind in most:
            most[kind] = max(most[kind], now[kind])


def family(pid: int) -> list[Path]:
    """The process and all under it, as folders of /proc."""
    found = Path(f"/proc/{pid}")
    try:
        children = (found / f"task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [found, *(one for child in children for one in family(int(child)))]


def memory(pid: int) -> Counter[str]:
    """KiB of the process and all under it."""
    total: Counter[str] = Counter()
    for found in family(pid):
        for line in (found / "smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                total[name] += int(rest.split()[0])
    return total


def processor_seconds(pid: int) -> float:
    """Of the process and all under it that still run."""
    ticks = [(found / "stat").read_text().rpartition(")")[2].split()[11:13] for found in family(pid)]
    return sum(int(part) for pair in ticks for part in pair) / os.sysconf("SC_CLK_TCK")


def compare_wrong_tries(port: int) -> None:
    token, cookie = form(port)
    for what, emails in (("an account", "{}@example.org"), ("no account", "nobody{}@example.org")):
        taken = []
        for number in range(WRONG_TRIES):
            code, seconds = tried(port, token, cookie, emails.format(number // 4), "seven red kettles sing")
            assert code == 422, code
            taken.append(seconds * 1000)
        print(f"a wrong try, {what}: median {statistics.median(taken):.0f} ms, {min(taken):.0f} to {max(taken):.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
