"""For every test: Hypothesis profiles, and the deployed platform for those that ask for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from infra.local.prerequisites import NOT_JUDGED
from tests.support import stack
from tests.support.tools import leave_unjudged

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from infra.local.stack import LocalStack

# CI repeats exactly; a developer's run looks at new examples each time.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The real template, deployed to an embedded AWS, once for the whole run."""
    with stack.deployed(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - the hook's
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that lacks a judge is skipped by name, where that may be."""
    report = yield
    leave_unjudged(report, call.excinfo.value if call.excinfo else None)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write down what was not judged, for the end of `make test`."""
    found = [
        f"{tool}\t{report.nodeid}"
        for report in terminalreporter.getreports("skipped")
        for what, tool in report.user_properties
        if what == "not judged"
    ]
    if found:
        NOT_JUDGED.parent.mkdir(exist_ok=True)
        with NOT_JUDGED.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in found)
