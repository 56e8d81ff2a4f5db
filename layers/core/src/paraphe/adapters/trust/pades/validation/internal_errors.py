"""Errors of the verification itself: an id for people, one line in the log for us.

The line names the kind of the fault and where it happened, and nothing of the file: an exception's
own text may quote what it was given.
"""

from __future__ import annotations

import json
import logging
import secrets
import traceback

LOG = logging.getLogger("paraphe.verify")
_FRAMES = 8
_LINES, _LENGTH = 50, 2000


def note(error: BaseException) -> str:
    """Write a fault down; return the id under which it stands in the log."""
    error_id = new_id()
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    line = {
        "event": "verification_error",
        "error_id": error_id,
        "fault": type(error).__name__,
        "at": [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in frames],
    }
    LOG.error(json.dumps(line))
    return error_id


def note_end(how: str) -> str:
    """Write down that the child process ended without an answer."""
    error_id = new_id()
    LOG.error(
        json.dumps({"event": "verification_error", "error_id": error_id, "fault": how, "at": []})
    )
    return error_id


def repeat(lines: object) -> None:
    """Write the lines of a child's log to this one; anything that is no such line is left out.

    The child has read a stranger's file: what it says is bounded, and only what `note` writes.
    """
    for line in lines[:_LINES] if isinstance(lines, list) else ():
        try:
            said = json.loads(str(line)[:_LENGTH])
            kept = {key: said[key] for key in ("event", "error_id", "fault", "at")}
        except (ValueError, KeyError, TypeError):
            continue
        LOG.error(json.dumps(kept))


def new_id() -> str:
    """A name for one fault: 60 bits of chance, easy to read out on the phone."""
    return f"err_{secrets.token_hex(8)[:15]}"
