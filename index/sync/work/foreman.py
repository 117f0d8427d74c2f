"""Directs the workers of a sync through Ray, in a process of its own.

Ray ends its driver's process when the cluster is lost, and prints a lot; so it must not be the process that
writes the index. This one ends when the sync ends, however that happens, and Ray ends the workers then.
"""

import os
import socket
import threading
import time
from multiprocessing.connection import Connection
from queue import PriorityQueue
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from index.sync.work.messages import REMEDY, Done, Failed, Group, Order, Staff
from index.sync.work.worker import Worker

LOSSES = 4  # workers that one group may lose before it is given up
CHECK = 2.0  # seconds between two looks at the cluster
PATIENCE = (
    300.0  # seconds without any worker before the sync is given up: a machine may have to start
)
ANSWER = 5.0  # seconds for the head to accept a connection
MEMORY = 256_000_000  # bytes of shared memory of a cluster of its own


class Foreman:
    """One thread for each worker: it takes a group, waits for the worker, sends the result."""

    def __init__(self, line: "Connection[Any, Any]", order: Order) -> None:
        """`line` leads to the sync."""
        self._line, self._order = line, order
        self._due = PriorityQueue[tuple[int, int, Group]]()  # number, workers lost
        self._over = threading.Event()
        self._lock = threading.Lock()  # of the line and of what follows
        self._employed = self._ready = 0
        self._busy = time.monotonic()  # when there was a worker
        self._unfit = 0  # workers in turn that died before they were ready

    def run(self) -> None:
        """Work until the sync ends."""
        threading.Thread(target=self._take, daemon=True).start()
        try:
            self._connect()
            self._employ()
            while not self._over.wait(CHECK):
                self._employ()
        except Exception as error:  # Ray raises bare ones as well
            self._fail(f"Ray at {self._order.address}: {in_one_line(error)}; {REMEDY}")

    def _connect(self) -> None:
        address = self._order.address
        common: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if address == "local":
            ray.init(
                "local",
                num_cpus=self._order.cores,
                include_dashboard=False,
                object_store_memory=MEMORY,
                **common,
            )
            return
        host, _, port = address.rpartition(":")
        if host:  # Ray itself would try for a minute
            try:
                socket.create_connection((host, int(port)), ANSWER).close()
            except OSError as error:
                reason = error.strerror or str(error)
                raise RuntimeError(f"{reason}: expected the head of a Ray cluster there") from None
        ray.init(address, **common)

    def _take(self) -> None:
        """Take orders until the sync ends."""
        try:
            while True:
                group = self._line.recv()
                self._due.put((group.number, 0, group))
        except (EOFError, OSError):
            self._over.set()
            threading.Timer(10, os._exit, (1,)).start()  # a lost cluster cannot be left politely

    def _employ(self) -> None:
        """Have a worker on each core of the cluster, and say how many there are."""
        wanted = int(ray.cluster_resources().get("CPU", 0))
        with self._lock:
            new = max(0, wanted - self._employed)
            self._employed += new
            workers = self._ready
        for _ in range(new):
            threading.Thread(target=self._employment, daemon=True).start()
        if workers:
            self._busy = time.monotonic()
        elif time.monotonic() - self._busy > PATIENCE:
            raise RuntimeError(f"none of its {wanted} cores was free for {PATIENCE:.0f} s")
        self._send(Staff(workers))

    def _employment(self) -> None:
        """One worker from its start until it is lost."""
        worker, ready, order = None, False, self._order
        try:
            worker = ray.remote(num_cpus=1, max_restarts=0)(Worker).remote()
            complaint = ray.get(worker.prepare.remote(order.models, order.stamp, order.config))
            if complaint:
                self._fail(f"a worker of Ray at {order.address} {complaint}")
                return
            with self._lock:
                ready, self._ready, self._unfit = True, self._ready + 1, 0
            self._busy = time.monotonic()
            self._send(Staff(self._ready))
            while self._serve(worker):
                pass
        except RayError as error:  # died before it was ready
            self._unfit += 1
            if self._unfit >= LOSSES:
                self._fail(
                    f"Ray at {order.address}: workers do not start ({in_one_line(error)}); {REMEDY}"
                )
        except Exception as error:
            self._fail(f"Ray at {order.address}: {in_one_line(error)}; {REMEDY}")
        finally:
            with self._lock:
                self._employed -= 1
                self._ready -= ready
            if worker is not None and not self._over.is_set():
                ray.kill(worker)

    def _serve(self, worker: Any) -> bool:
        """Have one group read. False when the worker is lost; then another one gets the group."""
        number, lost, group = self._due.get()
        try:
            files = ray.get(worker.read.remote(group.work))
        except RayTaskError as error:
            self._fail(f"reading {group.names} with Ray: {in_one_line(error.cause)}; {REMEDY}")
            return False
        except RayError as error:
            if lost + 1 >= LOSSES:
                self._fail(
                    f"reading {group.names} with Ray: {LOSSES} workers in turn were lost "
                    f"({in_one_line(error)}); {REMEDY}"
                )
            self._due.put((number, lost + 1, group))
            return False
        if isinstance(files, str):
            self._fail(f"a worker of Ray at {self._order.address}: {files}")
            return False
        self._send(Done(number, files))
        return True

    def _fail(self, line: str) -> None:
        self._send(Failed(line))
        self._over.set()

    def _send(self, message: object) -> None:
        try:
            with self._lock:
                self._line.send(message)
        except OSError:  # the sync has ended
            self._over.set()


def in_one_line(error: BaseException) -> str:
    """The kind of an error and the line that tells most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    missing = [line for line in lines if line.startswith(("ModuleNotFoundError", "ImportError"))]
    if missing:
        return (
            f"{missing[-1]}: start Ray on each machine with Byline's packages, and its folder "
            "in PYTHONPATH"
        )
    if isinstance(error, RayActorError):
        lines = [line for line in lines if "died" in line or "reason" in line.lower()] or lines
    return (lines[0] if lines else type(error).__name__)[:300]


def serve(handle: int) -> None:
    """The whole life of the process; `handle` is its end of the pipe."""
    line: Connection[Any, Any] = Connection(handle)
    Foreman(line, line.recv()).run()
    ray.shutdown()
    line.close()
    os._exit(0)  # threads may still wait for workers
