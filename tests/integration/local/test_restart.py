"""What `make run` keeps over a stop works on: the mails of what is launched afterwards, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.local import stack
from tests.integration.conftest import launched, new_software

if TYPE_CHECKING:
    from pathlib import Path


def test_mails_are_sent_after_a_restart_on_kept_state(tmp_path: Path) -> None:
    """The table's stream begins anew, and so does who reads it."""
    with stack.running(tmp_path, persist=True) as platform:
        software = new_software(platform)
        before = launched(platform, software, (1,))
        link = before.link(0)
        known = software.client_id, software.client_secret
    with stack.running(tmp_path, persist=True) as platform:
        software = stack.software(platform, *known)
        after = launched(platform, software, (1,))
        assert after.link(0) != link
        after.sign(0)
        software.wait_state(after.id, "completed")
        after.people[0].wait_mail(2)
