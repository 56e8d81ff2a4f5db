"""What the Lambda layers leave out is not needed."""

from __future__ import annotations

import typing
from pathlib import Path

import botocore
from botocore.loaders import Loader

from infra import layer
from paraphe.adapters import clients


def test_botocore_keeps_the_services_that_clients_are_made_of() -> None:
    """The layer's botocore is ours, reduced to these: another one would fail on AWS only."""
    hints = [one.__annotations__["service"] for one in typing.get_overloads(clients.client)]
    named = {text.removeprefix("Literal['").removesuffix("']") for text in hints}
    assert named == set(layer.AWS_SERVICES)


def test_the_services_that_are_kept_are_described() -> None:
    folder = Path(botocore.__file__).parent / "data"
    loader = Loader(extra_search_paths=[str(folder)], include_default_search_paths=False)
    assert set(layer.AWS_SERVICES) <= set(loader.list_available_services("service-2"))
