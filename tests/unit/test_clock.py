"""The clock that doors read, and the one that only tests and laptops may set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe import clock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_laptops_clock_can_be_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("86400")
    monkeypatch.setenv("CLOCK_FILE", str(file))
    monkeypatch.setenv("STAGE", "local")
    assert clock.now() - datetime.now(UTC) > timedelta(hours=23)


def test_production_has_no_other_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("86400")
    monkeypatch.setenv("CLOCK_FILE", str(file))
    monkeypatch.setenv("STAGE", "prod")
    with pytest.raises(RuntimeError, match="CLOCK_FILE"):
        clock.now()
