"""Starts and stops the embedded AWS (MiniStack): scrubbed, closed, in its own folders."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
REGION = "eu-west-3"
ACCOUNT = "000000000000"
# Made-up credentials of the emulator's own administrator; they open nothing anywhere else.
ADMIN_KEY = "test"
ADMIN_SECRET = "test"  # noqa: S105 - see above

START_TIMEOUT = 120.0
STOP_TIMEOUT = 15.0


class EmulatorError(RuntimeError):
    """The embedded AWS did not start; the message names its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running embedded AWS."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_dir(self) -> Path:
        """Every accepted e-mail, one JSON file each."""
        return self.folder / "mail"

    @property
    def permissions_log(self) -> Path:
        """Which permission each role has used or was denied, one JSON object a line."""
        return self.folder / "permissions.jsonl"

    @property
    def calls_log(self) -> Path:
        """What AWS would bill, one JSON object a line (`infra.local.recording`)."""
        return self.folder / "calls.jsonl"

    @property
    def log(self) -> Path:
        """What the emulator and the functions' loggers wrote."""
        return self.folder / "aws.log"

    def environment(self) -> dict[str, str]:
        """What boto3 needs in its environment to talk to this emulator as its administrator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ADMIN_KEY,
            "AWS_SECRET_ACCESS_KEY": ADMIN_SECRET,
            "AWS_DEFAULT_REGION": REGION,
        }


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(folder: Path, *, port: int = 0, persist: bool = False) -> Iterator[Emulator]:
    """Run the embedded AWS in `folder` for the length of the block.

    Args:
        folder: its state, objects, temporary files and log; emptied first unless `persist`.
        port: where it listens on 127.0.0.1; 0 for any free port.
        persist: keep tables, objects and stacks over a clean stop.

    Raises:
        EmulatorError: it did not answer in time, or ended at once.
    """
    folder = folder.resolve()
    if not persist:
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("home", "tmp", "state", "s3", "mail"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    with (folder / "aws.log").open("ab") as log:
        # Its own process group: Ctrl-C in a terminal reaches us alone, and we stop it in order.
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.emulator_main"],
            cwd=REPOSITORY,
            env=_environment(folder, port, persist=persist),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    emulator = Emulator(port=port, folder=folder, process=process)
    try:
        _wait_until_healthy(emulator)
        yield emulator
    finally:
        _stop(process)


def _environment(folder: Path, port: int, *, persist: bool) -> dict[str, str]:
    """The emulator's whole environment: nothing of the developer's own is passed on."""
    kept = "1" if persist else "0"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "MAIL_DIR": str(folder / "mail"),
        "PERMISSIONS_LOG": str(folder / "permissions.jsonl"),
        "CALLS_LOG": str(folder / "calls.jsonl"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": ADMIN_SECRET,
        "AWS_EC2_METADATA_DISABLED": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "PERSIST_STATE": kept,
        "S3_PERSIST": kept,
        "LAMBDA_WARM_TTL_SECONDS": "60",
    }


def _wait_until_healthy(emulator: Emulator) -> None:
    limit = time.monotonic() + START_TIMEOUT
    while time.monotonic() < limit:
        if emulator.process.poll() is not None:
            break
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{emulator.url}/_ministack/health", timeout=2),
        ):
            return
        time.sleep(0.05)
    tail = emulator.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    raise EmulatorError("\n".join([f"embedded AWS did not start, see {emulator.log}:", *tail]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the emulator; what is left of its process group (functions' workers) goes with it."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_TIMEOUT)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
