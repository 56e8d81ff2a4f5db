"""Requests that a release before this one began are finished by today's doors.

An execution keeps the definition that it was started with, for weeks (P14), while a deployment
replaces the functions that it calls. `<release>/workflow.asl.yaml` is the definition as that
release shipped it; it is never edited. A release adds its own folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from infra.local import stack as local
from infra.local.journey import wait_for
from tests.integration.conftest import DAY, Clock, expired_by_its_own_wait, launched, sweep
from tests.support import stack
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.journey import Software
    from infra.local.stack import LocalStack

HERE = Path(__file__).parent
RELEASES = sorted(path.parent.name for path in HERE.glob("*/workflow.asl.yaml"))


def _template(folder: Path, release: str) -> Path:
    """Today's template with a release's definition."""
    source = local.TEMPLATE
    definition = HERE / release / "workflow.asl.yaml"
    text = source.read_text(encoding="utf-8")
    assert text.count("DefinitionUri: workflow.asl.yaml") == 1
    assert text.count("CodeUri: ../functions") == 1
    path = folder / "template.yaml"
    path.write_text(
        text.replace("DefinitionUri: workflow.asl.yaml", f"DefinitionUri: {definition}").replace(
            "CodeUri: ../functions", f"CodeUri: {source.parents[1] / 'functions'}"
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module", params=RELEASES)
def begun_before(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalStack]:
    """The platform of today, on which executions run as a release defined them."""
    folder = tmp_path_factory.mktemp("release")
    template = _template(folder, str(request.param))
    with stack.deployed(folder / "platform", template=template) as running:
        yield running


@pytest.fixture(scope="module")
def its_software(begun_before: LocalStack) -> Software:
    """A firm there, whose requests are sealed at the end."""
    return local.open_firm(begun_before, "Cabinet Martin", seal_at_end=True)


def test_a_request_is_signed_sealed_and_proved(
    begun_before: LocalStack, its_software: Software
) -> None:
    case = launched(begun_before, its_software, (1, 2), documents=2)
    case.sign(0)
    case.sign(1)
    its_software.wait_state(case.id, "completed")
    for document in case.documents:
        assert_sound(its_software.download(case.id, document), 3)
    path = f"/signature_requests/{case.id}/evidence"
    wait_for("the evidence", lambda: its_software.call("GET", path).status == 200)


def test_a_request_is_relaunched_declined_and_another_canceled(
    begun_before: LocalStack, its_software: Software
) -> None:
    case = launched(begun_before, its_software, (1,))
    link = case.link(0)
    its_software.ask("POST", f"/signature_requests/{case.id}/relaunch")
    case.people[0].wait_mail(2)
    assert case.people[0].decline(link, "Non").status == 303
    its_software.wait_state(case.id, "declined")
    other = launched(begun_before, its_software, (1,))
    other.link(0)
    its_software.ask("POST", f"/signature_requests/{other.id}/cancel")
    other.people[0].wait_mail(2)


def test_a_request_expires(begun_before: LocalStack, its_software: Software) -> None:
    """By the old definition's own wait, and the one that sleeps on by the sweep."""
    clock = Clock(begun_before)
    try:
        expired_by_its_own_wait(begun_before, its_software, clock)
        clock.ahead(0)
        asleep = launched(begun_before, its_software, (1,))
        asleep.link(0)
        clock.ahead(15 * DAY + 60)
        sweep(begun_before)
        its_software.wait_state(asleep.id, "expired")
    finally:
        clock.ahead(0)


def test_what_releases_shipped_is_still_valid() -> None:
    assert RELEASES
    for release in RELEASES:
        definition = yaml.safe_load((HERE / release / "workflow.asl.yaml").read_text("utf-8"))
        assert definition["StartAt"] in definition["States"]
