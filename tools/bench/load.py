"""Servers under measurement, a load generator, and CPU time read from the kernel."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A gunicorn with one worker, so that its CPU time is one process's."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    worker: int = 0

    @classmethod
    def start(
        cls, target: str, environ: Mapping[str, str], folder: Path, *, threads: int = 8
    ) -> "Server":
        """Serve `module:app` and wait until it answers."""
        port = free_port()
        log = folder / f"{target.split(':')[0].replace('.', '-')}-{port}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    target,
                    "--bind",
                    f"127.0.0.1:{port}",
                    "--worker-class",
                    "gthread",
                    "--workers",
                    "1",
                    "--threads",
                    str(threads),
                    "--no-control-socket",
                    "--log-level",
                    "warning",
                    "--keep-alive",
                    "60",
                ],
                cwd=ROOT,
                env={**os.environ, "MALLOC_ARENA_MAX": "2", **environ},  # as `forum run` sets it
                stdout=out,
                stderr=out,
            )
        server = cls(process, port, log)
        server._wait()
        return server

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                Client(self.port).get("/healthz")
            except OSError:
                time.sleep(0.1)
                continue
            children = (
                Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
                .read_text()
                .split()
            )
            self.worker = int(children[0])
            return
        raise RuntimeError(f"No answer:\n{self.log.read_text()[-2000:]}")

    def cpu(self) -> float:
        """Seconds of CPU that the worker has used."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """Resident megabytes of the worker."""
        for line in Path(f"/proc/{self.worker}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Client:
    """One kept-alive connection."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        """GET, without following redirects."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, body: str, **headers: str) -> Answer:
        """POST a form."""
        return self.send(
            "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"} | headers
        )

    def send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        """One request over the same connection, opened anew when the server has closed it."""
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, {**self.headers, **headers})
                response = self.connection.getresponse()
                return Answer(
                    response.status,
                    {k.lower(): v for k, v in response.getheaders()},
                    response.read(),
                )
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                if attempt == 2:
                    raise
        raise AssertionError


def cpu_per_request(
    server: Server, request: Callable[[], Answer], count: int, status: int
) -> float:
    """Milliseconds of the worker's CPU for one request, over `count` of them."""
    before = server.cpu()
    for _ in range(count):
        answer = request()
        if answer.status != status:
            raise RuntimeError(f"{answer.status} instead of {status}: {answer.body[:300]!r}")
    return (server.cpu() - before) / count * 1000


def interleaved(measures: Mapping[str, Callable[[], float]], rounds: int = 5) -> dict[str, float]:
    """The median of each measure; the rounds take turns, so that noise meets all alike."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return {name: sorted(values)[len(values) // 2] for name, values in found.items()}
