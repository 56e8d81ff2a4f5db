"""For every test: Hypothesis profiles, and the deployed platform for those that ask for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support import stack

if TYPE_CHECKING:
    from collections.abc import Iterator

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
