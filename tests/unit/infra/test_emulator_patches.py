"""The start-up patches fit the installed MiniStack, and refuse any other."""

from __future__ import annotations

import pytest

from infra.local import emulator_main


def test_the_pinned_version_is_the_known_one() -> None:
    """An upgrade that changes what is patched fails here first."""
    emulator_main.guard()


def test_a_changed_function_is_noticed_and_named() -> None:
    """Nothing starts on patches that may no longer fit."""
    known = {**emulator_main.KNOWN_SOURCES, "stepfunctions._call_lambda": "0" * 64}
    with pytest.raises(emulator_main.UpstreamChangedError, match=r"stepfunctions\._call_lambda"):
        emulator_main.guard(known)
