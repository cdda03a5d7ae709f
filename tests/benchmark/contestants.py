# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is compared: the store, and what it is measured against. Each is started on free ports and in a
directory of its own, and knows its processes, so that their CPU time and memory can be told."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
# Below the range that the system takes the other ends of connections from.
FIRST_PORT, LAST_PORT = 10_000, 32_000
READY_WITHIN_S = 30
STOCK = 1_000_000_000
PRODUCT = "/products/Tux"
REPLICAS = (8091, 8092, 8093)


class Trouble(Exception):
    """Something can't be measured, for people to read."""


def free_port():
    while True:
        port = random.randrange(FIRST_PORT, LAST_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue


def wait_until(condition, what):
    deadline = time.monotonic() + READY_WITHIN_S
    while not condition():
        if time.monotonic() > deadline:
            raise Trouble(f"{what} within {READY_WITHIN_S} s")
        time.sleep(0.05)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cpu_seconds(pid):
    # The name, in parentheses, may hold anything.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Contestant:
    """Processes that serve HTTP on a port of this machine."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = directory / name
        self.port = free_port()
        self.pids = {}  # by service
        self._started = []

    def __enter__(self):
        self.directory.mkdir(parents=True)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._started):
            process.send_signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self):
        raise NotImplementedError

    def launch(self, *command, **options):
        """Starts a program that ends when this one does, however that ends."""
        with open(self.directory / "log", "ab") as log:
            process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *map(str, command)],
                                       stdout=log, stderr=log, **options)
        self._started.append(process)
        return process

    def cpu(self):
        """Seconds of CPU time so far, by service."""
        return {service: sum(map(cpu_seconds, pids)) for service, pids in self.pids.items()}

    def memory(self):
        """Bytes (proportional set size), by service."""
        return {service: sum(map(pss_bytes, pids)) for service, pids in self.pids.items()}


def on_disks(build, flush_us):
    """The environment of programs that are to have disks of their own whose flushes take @flush_us microseconds
    (see madedisk.cpp), or the machine's disk if that is None."""
    if flush_us is None:
        return dict(os.environ)
    return {**os.environ, "LD_PRELOAD": str(build / "benchmark" / "libmadedisk.so"), "TOYSTORE_FLUSH_US": str(flush_us)}


class Store(Contestant):
    """The store, as the supervisor of a build tree starts it."""

    def __init__(self, name, directory, build, environment):
        super().__init__(name, directory)
        self.programs = build / "bin"
        self.environment = environment
        self.admin_ports = {"frontend": free_port(), "catalog": free_port(),
                            **{f"order-{replica}": free_port() for replica in REPLICAS}}

    def start(self):
        ports = self.admin_ports
        replicas = ",".join(f"{replica}@127.0.0.1:{ports[f'order-{replica}']}" for replica in REPLICAS)
        self.launch(self.programs / "toystore-supervisor", "--data", self.directory / "data",
                    "--http-port", self.port, "--admin-port", ports["frontend"], "--catalog-port", ports["catalog"],
                    "--supervisor-port", free_port(), "--replicas", replicas, "--stock", STOCK,
                    env=self.environment)
        wait_until(self._is_ready, f"the store '{self.name}' was not ready")

    def _is_ready(self):
        asked = subprocess.run([self.programs / "toystore", "--data", self.directory / "data", "-o", "json", "status"],
                               capture_output=True, text=True)
        if asked.returncode != 0:
            return False
        processes = json.loads(asked.stdout)["processes"]
        self.pids = {process["service"]: [process["pid"]] for process in processes}
        return all(process["state"] == "ready" for process in processes)

    def answer(self):
        """Headers and body of the cached product."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            for _ in range(2):  # the first fills the cache
                connection.request("GET", PRODUCT)
                response = connection.getresponse()
                body = response.read()
        return response.getheaders(), body


class Nginx(Contestant):
    """nginx with a worker for every CPU, returning the store's own answer: the same body from memory, the
    same headers, and its own Server, Date and Connection; no access log, connections kept."""

    def __init__(self, directory, answer):
        super().__init__("nginx", directory)
        self.headers, self.body = answer

    def start(self):
        binary = "/usr/sbin/nginx"
        directory = self.directory
        added = ""
        for name, value in self.headers:
            if name.lower() == "x-request-id":
                value = "$request_id"  # as the store makes one for each request
            if name.lower() not in ("content-type", "content-length", "connection", "date"):
                added += f'add_header {name} "{value}";\n'
        body = self.body.decode().replace("'", "\\'")
        configuration = directory / "nginx.conf"
        configuration.write_text(f"""
            daemon off;
            worker_processes auto;
            pid {directory}/pid;
            error_log {directory}/error.log;
            worker_rlimit_nofile 8192;
            events {{ worker_connections 4096; }}
            http {{
                access_log off;
                keepalive_requests 1000000000;
                keepalive_timeout 600s;
                tcp_nodelay on;
                client_body_temp_path {directory}/body;
                proxy_temp_path {directory}/proxy;
                fastcgi_temp_path {directory}/fastcgi;
                uwsgi_temp_path {directory}/uwsgi;
                scgi_temp_path {directory}/scgi;
                server {{
                    listen 127.0.0.1:{self.port} backlog=1024;
                    location {PRODUCT} {{
                        default_type application/json;
                        {added}
                        return 200 '{body}';
                    }}
                }}
            }}
        """)
        master = self.launch(binary, "-c", configuration, "-p", directory)
        wait_until(lambda: listens(self.port) and len(children(master.pid)) == os.cpu_count(), "nginx did not listen")
        self.pids = {"nginx": [master.pid, *children(master.pid)]}


class Bare(Contestant):
    """A responder that does with QTcpSocket what has to be done and no more, see bareresponder.cpp."""

    def __init__(self, directory, build, answer):
        super().__init__("bare", directory)
        self.program = build / "benchmark" / "bareresponder"
        headers, body = answer
        lines = [f"{name}: {value}" for name, value in headers]
        self.answer = ("\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""])).encode() + body

    def start(self):
        process = self.launch(self.program, self.port, stdin=subprocess.PIPE)
        process.stdin.write(self.answer)
        process.stdin.close()
        wait_until(lambda: listens(self.port), "the bare responder did not listen")
        self.pids = {"bare": [process.pid]}


class Naive(Contestant):
    """The same tiers and replication, built without a second thought, see naivestore.cpp."""

    def __init__(self, directory, build, environment):
        super().__init__("naive", directory)
        self.program = build / "benchmark" / "naivestore"
        self.environment = environment

    def start(self):
        ports = {"catalog": free_port(), "order-1": free_port(), "order-2": free_port(), "order-3": free_port(),
                 "frontend": self.port}
        more = {"order-3": [ports["catalog"], ports["order-1"], ports["order-2"]]}
        for service, port in ports.items():
            role = {"order-3": "leader", "order-1": "follower", "order-2": "follower"}.get(service, service)
            where = ports["order-3"]
            if service != "frontend":
                where = self.directory / service
                where.mkdir()
            process = self.launch(self.program, role, port, where, *more.get(service, []),
                                  env=self.environment)
            wait_until(lambda port=port: listens(port), f"the naive {service} did not listen")
            self.pids[service] = [process.pid]
