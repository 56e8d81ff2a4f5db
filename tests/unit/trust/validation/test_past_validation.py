"""Past validation begins at the instant asked for; pyHanko is imported without its HTTP client."""

from __future__ import annotations

import inspect
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.sign.validation import ades

from paraphe.adapters.trust.pades.validation import past_validation
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import State
from tests.support import signed

DAY = timedelta(days=1)


@pytest.mark.parametrize("ahead", [0, 60, 300])
@pytest.mark.parametrize("later", [0, 10, 400, 2000])
def test_a_file_signed_under_a_clock_that_is_ahead(ahead: int, later: int) -> None:
    """A laptop's tour: everything is proven to exist only after the machine's own now."""
    now = datetime.now(UTC).replace(microsecond=0)
    house = signed.house(now)
    house.clock.now = now + ahead * DAY
    pdf = signed.signed(house)[-1]
    verdict = check(pdf, None, [house.roots_pem], house.clock.now + later * DAY)
    assert verdict.state is State.VALID, verdict


def test_pyhanko_still_asks_where_ours_stands() -> None:
    """The stand-in is what it calls, and it still says nothing about when to begin."""
    past_validation.install()
    assert vars(ades)["past_validate"] is past_validation._past_validate
    source = inspect.getsource(ades._build_and_past_validate_cert)
    assert "coro=past_validate(" in source
    assert "init_control_time=None" in source


_IMPORTS = """
import sys
import paraphe.adapters.trust.verification.check
assert "pyhanko.sign" in sys.modules
assert "aiohttp" not in sys.modules
import aiohttp
assert aiohttp.ClientSession.__module__ == "aiohttp.client"
"""


def test_whoever_imports_aiohttp_later_gets_it() -> None:
    """The stand-in is there while pyHanko is imported, and no longer."""
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True, capture_output=True)
