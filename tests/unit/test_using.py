"""Use cases hold ports, and each port has one name in the registry of services."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from typing import TYPE_CHECKING, get_type_hints

import pytest

from paraphe import ports, services, usecases
from paraphe.usecases import using
from tests.support.services import Broken, in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator


def _ports() -> set[type]:
    return {
        found
        for module in pkgutil.walk_packages(ports.__path__, "paraphe.ports.")
        for found in vars(importlib.import_module(module.name)).values()
        if isinstance(found, type) and getattr(found, "_is_protocol", False)
    }


def _use_cases() -> Iterator[type]:
    for module in pkgutil.walk_packages(usecases.__path__, "paraphe.usecases."):
        for found in vars(importlib.import_module(module.name)).values():
            if not isinstance(found, type) or found.__module__ != module.name:
                continue
            if dataclasses.is_dataclass(found) and set(get_type_hints(found).values()) <= _ports():
                yield found


@pytest.mark.parametrize("use_case", list(_use_cases()), ids=lambda found: str(found.__name__))
def test_each_field_is_a_service_of_that_name(use_case: type) -> None:
    """`using` finds it by its name; the type says that it is the right one."""
    for name, kind in get_type_hints(use_case).items():
        offered = getattr(services.Services, name).fget.__annotations__["return"]
        assert offered in (kind, kind.__name__), name


def test_all_are_looked_at() -> None:
    assert len(list(_use_cases())) > 12


def test_what_is_not_named_is_not_asked_for() -> None:
    """A door pays for the adapters that its use case holds, and for no other."""

    @dataclasses.dataclass
    class Small:
        limits: object

    class Registry:
        limits = "limits"

        @property
        def signer(self) -> object:
            raise AssertionError("nobody named it")

    assert using(Small, Registry()).limits == "limits"
    assert using(Small, in_memory(limits=Broken(ValueError()))).limits is not None
