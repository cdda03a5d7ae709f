# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs the build into a staging root and makes packages of it, and checks both: the units with systemd's own
tools and by starting what they start, the packages with lintian. Wants dpkg-dev, lintian and systemd installed;
systemd need not run, and nothing outside a temporary directory is touched."""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

CMAKE = "cmake"
BUILD = pathlib.Path()

UNITS = ["toystore-catalog.service", "toystore-order@8091.service", "toystore-frontend.service",
         "toystore-supervisor.service"]
# systemd's measure of what a broken-into service could still do: 10 is everything.
MAX_EXPOSURE = 2.0
SYSTEMD_UNITS = pathlib.Path("/usr/lib/systemd/system")
NOT_MEANT = [
    "initial-upload-closes-no-bugs", # there is no archive that this is uploaded to
    "bogus-mail-host", "bogus-mail-host-in-debian-changelog", # nor anybody to write to
    "systemd-service-file-refers-to-unusual-wantedby-target", # toystore.target is our own
]
STARTS_WITHIN = 10  # seconds


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=240, check=False, **more)
    return done.returncode, done.stdout


class Staging(contextlib.AbstractContextManager):
    """The build, installed under /usr of a directory of its own."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="toystore-staging-")
        self.root = pathlib.Path(self._directory.name)
        code, said = run(CMAKE, "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(self.root)})
        if code != 0:
            raise RuntimeError(said)

    def __exit__(self, *_):
        self._directory.cleanup()

    @property
    def units(self):
        return self.root / "usr/lib/systemd/system"

    def command(self, unit, instance=""):
        """What the unit starts, as systemd would call it, but under the staging root."""
        text = (self.units / unit).read_text()
        environment = dict(re.findall(r"^Environment=(\w+)=(.*)$", text, re.M))
        line = re.search(r"^ExecStart=(.*)$", text, re.M).group(1)
        line = line.replace("%S", str(self.root / "var/lib")).replace("%i", instance)
        line = re.sub(r"\$\{(\w+)\}", lambda name: environment[name.group(1)], line)
        program, *arguments = shlex.split(line)
        return [str(self.root) + program, *arguments]


class Notified:
    """A service that is started as a unit of Type=notify is."""

    def __init__(self, command, ports, directory):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = str(pathlib.Path(directory) / f"notify-{len(os.listdir(directory))}")
        self._socket.bind(path)
        self._socket.settimeout(STARTS_WITHIN)
        self.log = open(path + ".log", "w+", encoding="utf-8")
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(command, env={**os.environ, **ports, "NOTIFY_SOCKET": path},
                                        stdout=self.log, stderr=self.log)
        self.said = []

    def wait_until_ready(self):
        try:
            while not any(line.startswith("READY=1") for line in self.said):
                self.said += self._socket.recv(4096).decode().splitlines()
        except TimeoutError:
            self.log.seek(0)
            raise AssertionError(f"{self.process.args} is not ready: {self.said} {self.log.read()}") from None

    def end(self):
        """Its exit code after a SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(15)
        self.log.close()
        self._socket.close()
        return code


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class TestUnits(unittest.TestCase):
    def test_systemd_finds_nothing_wrong_with_them(self):
        with Staging() as staging:
            # What every unit stands on; systemd looks for it under the same root.
            for known in [*SYSTEMD_UNITS.glob("*.target"), *SYSTEMD_UNITS.glob("*.slice")]:
                shutil.copy(known, staging.units)
            for unit in [*UNITS, "toystore.target"]:
                with self.subTest(unit):
                    code, said = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                                     f"--root={staging.root}", unit)
                    self.assertEqual((code, said), (0, ""))

    def test_a_service_can_touch_little(self):
        with Staging() as staging:
            for unit in UNITS:
                with self.subTest(unit):
                    code, said = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                                     f"--root={staging.root}", f"--threshold={int(MAX_EXPOSURE * 10)}", unit)
                    self.assertEqual(code, 0, said)

    def test_their_user_is_one_that_sysusers_makes(self):
        with Staging() as staging:
            (staging.root / "etc").mkdir()
            code, said = run("systemd-sysusers", f"--root={staging.root}", "toystore.conf")
            self.assertEqual(code, 0, said)
            self.assertIn("toystore:", (staging.root / "etc/passwd").read_text())

    def test_what_they_start_is_a_store_that_sells(self):
        catalog, one, two, three, http_port, admin = free_ports(6)
        replicas = f"8091@127.0.0.1:{one},8092@127.0.0.1:{two},8093@127.0.0.1:{three}"
        settings = {"TOYSTORE_CATALOG_PORT": str(catalog), "TOYSTORE_CATALOG": f"127.0.0.1:{catalog}",
                    "TOYSTORE_HTTP_PORT": str(http_port), "TOYSTORE_ADMIN_PORT": str(admin)}
        with Staging() as staging, tempfile.TemporaryDirectory() as sockets:
            for name in ["catalog", "order-8091", "order-8092", "order-8093"]:
                (staging.root / "var/lib/toystore" / name).mkdir(parents=True)

            def start(unit, instance=""):
                command = [part.replace("8091,8092,8093", replicas) for part in staging.command(unit, instance)]
                services.append(Notified(command, settings, sockets))
                return services[-1]

            services = []
            try:
                started = [start("toystore-catalog.service")]
                started += [start("toystore-order@.service", str(replica)) for replica in (8091, 8092, 8093)]
                started += [start("toystore-frontend.service")]
                for service in started:
                    service.wait_until_ready()
                self.assertEqual(self.buy(http_port), {"data": {"order_number": 1}})
                # As after a crash: it goes on with the stock there is.
                started[0].process.kill()
                started[0].process.wait()
                start("toystore-catalog.service").wait_until_ready()
                self.assertEqual(self.buy(http_port), {"data": {"order_number": 2}})
                self.assertEqual(self.stock(http_port), 98)
            finally:
                codes = [service.end() for service in reversed(services)]
            self.assertEqual(codes, [0, 0, 0, 0, 0, -signal.SIGKILL])

    def test_the_supervisors_unit_opens_a_store_and_closes_it(self):
        catalog, one, two, three, http_port, admin, supervisor = free_ports(7)
        settings = {"TOYSTORE_CATALOG_PORT": str(catalog), "TOYSTORE_REPLICAS": f"{one},{two},{three}",
                    "TOYSTORE_HTTP_PORT": str(http_port), "TOYSTORE_ADMIN_PORT": str(admin),
                    "TOYSTORE_SUPERVISOR_PORT": str(supervisor)}
        with Staging() as staging, tempfile.TemporaryDirectory() as sockets:
            (staging.root / "var/lib/toystore").mkdir(parents=True)
            store = Notified(staging.command("toystore-supervisor.service"), settings, sockets)
            try:
                store.wait_until_ready()
                self.assertEqual(self.buy(http_port), {"data": {"order_number": 1}})
            finally:
                code = store.end()
            self.assertEqual(code, 0)

    @staticmethod
    def ask(port, method, path, body=None):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            return json.load(connection.getresponse())

    def buy(self, port):
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            answer = self.ask(port, "POST", "/orders", '{"name":"Tux","quantity":1}')
            if "data" in answer or time.monotonic() > deadline:
                return answer

    def stock(self, port):
        return self.ask(port, "GET", "/products/Tux")["data"]["quantity"]


class TestPackages(unittest.TestCase):
    directory = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="toystore-packages-")
        code, said = run(pathlib.Path(CMAKE).with_name("cpack"), "-B", cls.directory.name,
                         "-D", f"CPACK_OUTPUT_FILE_PREFIX={cls.directory.name}", cwd=BUILD)
        if code != 0:
            raise RuntimeError(said)
        cls.packages = {path.name.split("_")[0]: path for path in pathlib.Path(cls.directory.name).glob("*.deb")}

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_there_are_three(self):
        self.assertEqual(sorted(self.packages), ["toystore", "toystore-admin", "toystore-services"])

    def test_each_has_its_programs_and_nobody_elses(self):
        programs = {name: sorted(re.findall(r"\./usr/bin/(.+)$", run("dpkg-deb", "-c", path)[1], re.M))
                    for name, path in self.packages.items()}
        self.assertEqual(programs["toystore-admin"], ["toystore-admin", "toystore-plot"])
        self.assertEqual(programs["toystore"], ["toystore"])
        self.assertEqual(programs["toystore-services"], ["toystore-catalog", "toystore-faultproxy",
                                                         "toystore-frontend", "toystore-order", "toystore-supervisor"])

    def test_the_command_line_needs_no_widgets(self):
        for name in ["toystore", "toystore-services"]:
            depends = run("dpkg-deb", "-f", self.packages[name], "Depends")[1]
            self.assertIn("libqt6core6", depends)
            self.assertIn("libqt6sql6-sqlite", depends)
            self.assertNotIn("libqt6widgets6", depends)

    def test_who_removes_the_services_closes_the_store_first(self):
        with tempfile.TemporaryDirectory() as control:
            run("dpkg-deb", "-e", self.packages["toystore-services"], control)
            prerm = pathlib.Path(control) / "prerm"
            self.assertIn("deb-systemd-invoke stop toystore.target toystore-supervisor.service", prerm.read_text())
            self.assertEqual(run(prerm, "upgrade"), (0, ""))

    def test_lintian_finds_nothing_wrong_with_them(self):
        for name, path in self.packages.items():
            with self.subTest(name):
                code, said = run("lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags",
                                 ",".join(NOT_MEANT), path)
                self.assertEqual(code, 0, said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", default=CMAKE, help="cmake, with cpack beside it")
    parser.add_argument("--build", required=True, type=pathlib.Path, help="where the tree is built")
    options, rest = parser.parse_known_args()
    CMAKE = options.cmake
    BUILD = options.build
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
