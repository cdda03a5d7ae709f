# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the time goes in a buy: from the stages that the services themselves tell of a few buys (the events
`order_way`, see docs/protocol.md), with microseconds of the one clock that all of them have."""

import collections
import json
import socket
import threading

# The stages in their order, and what happens up to each.
STAGES = (
    ("received", None),
    ("sent", "frontend: from a session's thread to the leader's connection"),
    ("decided", "batch and sell: transaction, flush, invalidation"),
    ("copied", "append_orders: to the later follower's disk"),
    ("stored", "back at the leader"),
    ("answered", "frontend: the answer is on its way to the client"),
)


class Ways:
    """Listens to the services of a store while it is open (a context)."""

    def __init__(self, ports):
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for port in ports]
        self._seen = collections.defaultdict(dict)  # by request id: when each stage was reached
        self._lock = threading.Lock()

    def __enter__(self):
        self._threads = [threading.Thread(target=self._listen, args=(one,), daemon=True) for one in self._sockets]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for one in self._sockets:
            one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()

    def _listen(self, connection):
        connection.sendall(b'{"id":1,"method_name":"subscribe"}\n')
        for line in connection.makefile("rb"):
            for event in json.loads(line).get("events", ()):
                if event["kind"] == "order_way":
                    self._note(event)

    def _note(self, event):
        with self._lock:
            stages = self._seen[event["request_id"]]
            stage = event["subject"]
            stages[stage] = max(event["at_us"], stages.get(stage, 0))  # two followers copy it

    def durations(self):
        """Microseconds up to each stage from the one before, of all buys that were followed the whole way."""
        names = [stage for stage, _ in STAGES]
        whole = [stages for stages in self._seen.values() if all(name in stages for name in names)]
        return {after: [stages[after] - stages[before] for stages in whole]
                for before, after in zip(names, names[1:])}
