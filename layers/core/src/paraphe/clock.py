"""The only clock. Doors call it and pass `now` on."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paraphe.domain.times import truncate


def now() -> datetime:
    """Return the instant, UTC, in whole milliseconds.

    On a laptop and in tests `CLOCK_FILE` names a file with a number of seconds to add.

    Raises:
        RuntimeError: `CLOCK_FILE` is set on stage `prod`.

    """
    instant = datetime.now(UTC)
    path = os.environ.get("CLOCK_FILE", "")
    if path:
        if os.environ.get("STAGE") == "prod":
            msg = "CLOCK_FILE must not be set in production"
            raise RuntimeError(msg)
        file = Path(path)
        text = file.read_text(encoding="ascii").strip() if file.exists() else ""
        instant += timedelta(seconds=float(text or 0))
    return truncate(instant)
