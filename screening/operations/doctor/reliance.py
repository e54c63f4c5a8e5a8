"""Settings that are right each for itself, looked at together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from screening.config import Settings, listens_here_only, names
from screening.operations.doctor.findings import Finding, advice, ok, problem

MOST_FOR_A_CORE = 4
"""Server processes: more of them only take memory."""


def settings(chosen: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    yield ok("settings", "each can be used by itself")
    yield from _unknown(environment)
    yield _address(chosen)
    yield _processes(chosen)
    if chosen.demo:
        yield advice("demonstration", "SCREENING_DEMO=1: everybody on this machine can be anybody. Unset it for real use.")


def _unknown(environment: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(name for name in environment if name.startswith("SCREENING_") and name not in names()):
        yield advice("settings", f"{name} is not a setting of this version, and does nothing. Is it spelled right?")


def _address(chosen: Settings) -> Finding:
    if chosen.secure and not chosen.proxies:
        return problem(
            "proxy",
            f"people use {chosen.base_url}, so something in front of this server speaks https, but SCREENING_PROXIES is 0: everybody seems "
            "to come from one address, and who guesses passwords locks out all. Set it to the number of reverse proxies (1 for nginx).",
        )
    if not chosen.secure and chosen.proxies:
        return problem(
            "proxy",
            f"SCREENING_PROXIES is {chosen.proxies}, but people use {chosen.base_url} without https. Set SCREENING_BASE_URL to the "
            "https:// address of the proxy; without a proxy set SCREENING_PROXIES to 0, or else whoever asks can claim any address.",
        )
    if listens_here_only(chosen.bind):
        return ok("proxy", f"{chosen.base_url}, SCREENING_PROXIES={chosen.proxies}, listening at {chosen.bind}")
    if chosen.proxies:
        return advice(
            "proxy",
            f"the server listens at {chosen.bind}: see to it that only the proxy can reach that (a firewall, or a network of their own), "
            "as what the proxy says about addresses is believed.",
        )
    return advice("proxy", f"the server listens at {chosen.bind}, and speaks no https by itself. Put a reverse proxy in front of it.")


def _processes(chosen: Settings) -> Finding:
    cores = os.cpu_count() or 1
    words = f"{chosen.workers} processes of {chosen.threads} threads on {cores} cores"
    if chosen.workers > MOST_FOR_A_CORE * cores:
        return advice("processes", f"{words}: more than {MOST_FOR_A_CORE} for a core only take memory. Lower SCREENING_WORKERS.")
    return ok("processes", words)
