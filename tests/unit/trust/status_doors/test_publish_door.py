"""The scheduled door: metrics of what validators find, and a fault that is raised at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe import clock, observe
from paraphe.ports.system import TransientError
from paraphe.ports.trust import PublishedEnds
from publish import handler
from tests.support.fakes import FakeExpiries, FakePublisher
from tests.support.services import in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.services import Services


def _services(publisher: FakePublisher, noted: FakeExpiries | None = None) -> Services:
    return in_memory(status_publisher=publisher, expiries=noted or FakeExpiries())


@pytest.fixture(autouse=True)
def _no_metrics_left() -> Iterator[None]:
    yield
    observe.metrics("publish").provider.clear_metrics()


def test_it_says_how_long_the_published_files_are_good() -> None:
    soon = clock.now() + timedelta(minutes=5)
    ends = PublishedEnds(soon + timedelta(hours=90), soon + timedelta(days=31), {"root list": soon})
    noted = FakeExpiries()
    assert handler.renew(_services(FakePublisher(ends), noted), {}, None) == {
        "ListsPublished": 1,
        "RespondersCertified": 1,
        "PublishFailures": 0,
        "CrlExpiresInHours": 90,
        "OcspResponderExpiresInDays": 31,
    }
    assert noted.ends == {"root list": soon}


def test_nothing_published_and_what_is_over_are_zero() -> None:
    """So that the alarm hears of it; of faults that did not happen nothing is told."""
    past = clock.now() - timedelta(days=3)
    done = handler.renew(_services(FakePublisher(PublishedEnds(None, past, {}))), {}, None)
    assert (done["CrlExpiresInHours"], done["OcspResponderExpiresInDays"]) == (0, 0)
    counted = observe.metrics("publish").provider.metric_set
    assert counted["CrlExpiresInHours"]["Value"] == [0.0]
    assert "PublishFailures" not in counted


def test_a_fault_is_raised_when_the_rest_is_done() -> None:
    """So that Lambda tries again; counted, and no figure is made up for what was not read."""
    publisher = FakePublisher(PublishedEnds(None, None, {}))
    publisher.fails = {"list": TransientError("s3"), "ends": ValueError("canary")}
    with pytest.raises(TransientError):
        handler.renew(_services(publisher), {}, None)
    assert publisher.asked[1].startswith("responder")
    counted = observe.metrics("publish").provider.metric_set
    assert counted["PublishFailures"]["Value"] == [2.0]
    assert "CrlExpiresInHours" not in counted
