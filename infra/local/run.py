"""`make run`: the platform to click through, until Ctrl-C. State is kept in `.local/run`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from infra.local import emulator, stack
from infra.local.deploy import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.journey import Software

FOLDER = emulator.REPOSITORY / ".local" / "run"
PORT = 8700


def main() -> int:
    """Serve until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    port = int(os.environ.get("PORT", PORT))
    try:
        with stack.running(FOLDER, port=port, persist=True) as platform:
            software = _firm(platform, FOLDER / "client.json")
            member = stack.sealing_member(platform, software.client_id)
            print(_welcome(platform, software, member), flush=True)
            stop.wait()
            print("Stopping ...", flush=True)
    except OSError as error:
        print(f"Port {port}: {error}. Is it running already? PORT=… make run", file=sys.stderr)
        return 1
    except (emulator.EmulatorError, DeployError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _firm(platform: stack.LocalStack, kept: Path) -> Software:
    """The firm of the last run, or a new one."""
    if kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
        return stack.software(platform, known["client_id"], known["client_secret"])
    software = stack.open_firm(platform, "Cabinet Martin")
    kept.touch(mode=0o600)
    credentials = {"client_id": software.client_id, "client_secret": software.client_secret}
    kept.write_text(json.dumps(credentials), encoding="utf-8")
    return software


def _welcome(platform: stack.LocalStack, software: Software, member: str) -> str:
    return f"""
Paraphe runs here, for this machine only:

  HTTP API       {platform.url}/v1
  Portal         {platform.portal_url}       (sign in as one of the cast; nobody has a password)
  Inbox          {platform.url}/inbox      (e-mails with their links, SMS with their codes)
  Logs           {platform.aws.log}

A firm's software signs in with (see README.md, "Use it from software"):

  API={platform.url}
  TOKEN_URL={software.token_url}
  CLIENT_ID={software.client_id}
  CLIENT_SECRET={software.client_secret}

A member who may seal a batch (/docs/seals); codes, to {stack.MEMBER_PHONE}, are in the inbox:

  MEMBER={member}

State is kept in {FOLDER.relative_to(emulator.REPOSITORY)} (make clean forgets it). Ctrl-C stops.
"""


if __name__ == "__main__":
    sys.exit(main())
