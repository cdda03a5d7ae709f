# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads, what is measured while one is put on a contestant, and what many rounds of that amount to."""

import json
import os
import pathlib
import statistics
import subprocess
import time

from contestants import PRODUCT, TICKS, Trouble

HERE = pathlib.Path(__file__).resolve().parent
BOUGHT = "Tux,Whale,Elephant"  # not all of one: few stores sell but one toy
OTHER_TOY = "Rubber Duck"  # that nobody buys


class Wrk:
    """Queries of one cached product, each connection asking as soon as it is answered."""

    def __init__(self, connections, seconds):
        threads = min(connections, os.cpu_count())
        self.seconds = seconds
        self.command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "wrkreport.lua"]

    def command_for(self, port):
        return [*self.command, f"http://127.0.0.1:{port}{PRODUCT}"]


class Shoppers:
    """Clients of the project's own load engine, see benchload.cpp."""

    WARM_UP_S = 0.3

    def __init__(self, build, kind, clients, seconds, rate=0, toys=BOUGHT):
        self.seconds = seconds + self.WARM_UP_S
        self.command = [build / "benchmark" / "benchload", "--kind", kind, "--clients", clients, "--rate",
                        round(rate), "--toys", toys, "--duration", round(seconds * 1000), "--warm-up",
                        round(self.WARM_UP_S * 1000)]

    def command_for(self, port):
        return [*map(str, self.command), "--port", str(port)]


def machine_cpu_seconds():
    """CPU time that was used on this machine so far, whoever used it."""
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = map(
        int, pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + softirq + steal) / TICKS


def children_cpu_seconds():
    times = os.times()
    return times.children_user + times.children_system


def start(load, contestant):
    """The load's process, which ends when this one does, however that ends."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *load.command_for(contestant.port)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process):
    """What the load printed: its figures are the last line."""
    out, err = process.communicate()
    if process.returncode != 0:
        raise Trouble(f"{process.args[3]} failed: {err or out}")
    return json.loads(out.splitlines()[-1])


def measure(load, contestant, beside=None):
    """Puts @load on @contestant, and another load @beside it; returns the figures of the first, with the CPU
    time of each service for one request of all, and the memory while it is under way."""
    began, machine, children = time.monotonic(), machine_cpu_seconds(), children_cpu_seconds()
    before = contestant.cpu()
    other = start(beside, contestant) if beside else None
    process = start(load, contestant)
    time.sleep(0.7 * load.seconds)
    memory = contestant.memory()
    figures = finish(process)
    requests = figures.get("requests_in_all", figures["requests"])
    if other:
        figures["beside"] = finish(other)
        requests += figures["beside"].get("requests_in_all", 0)
    used = {service: after - before[service] for service, after in contestant.cpu().items()}
    ours = sum(used.values()) + children_cpu_seconds() - children
    seconds = time.monotonic() - began
    figures["cpu_us"] = {service: 1e6 * spent / max(requests, 1) for service, spent in used.items()}
    figures["memory"] = memory
    # What ran beside the benchmark, as a share of the machine: where it is high, mistrust the figures.
    figures["others_cpu"] = max(0.0, (machine_cpu_seconds() - machine - ours) / seconds / os.cpu_count())
    return figures


def spread(values):
    """Median and range of one figure's rounds."""
    values = list(values)
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def quantiles(durations):
    """Median and p99 of many durations in microseconds, by nearest rank; 0 if there are none."""
    ordered = sorted(durations) or [0]
    return {"count": len(durations), "p50_us": ordered[len(ordered) // 2],
            "p99_us": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]}


def ratio(over, under):
    """The spread of one figure over another, round by round: what slows a round slows both."""
    return spread(a / b for a, b in zip(over, under))


class Series:
    """The rounds of one contestant in one comparison at one number of connections."""

    def __init__(self):
        self.rounds = []

    def values(self, name):
        return [figures[name] for figures in self.rounds]

    def summary(self):
        names = ("per_second", "p50_us", "p99_us", "p999_us", "max_us", "others_cpu")
        result = {name: spread(self.values(name)) for name in names}
        result["errors"] = sum(self.values("errors"))
        for name, unit in (("cpu_us", self.values("cpu_us")), ("memory", self.values("memory"))):
            result[name] = {service: spread(one[service] for one in unit) for service in unit[0]}
        if "clients_served" in self.rounds[0]:
            result["clients_served"] = spread(self.values("clients_served"))
        return result
