"""One file per verb: load, decide, commit, and what has to happen around it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

UseCase = TypeVar("UseCase", bound="DataclassInstance")


def using(use_case: type[UseCase], services: object) -> UseCase:
    """Build a use case: each of its fields is the service of that name.

    Args:
        use_case: a dataclass whose fields are ports.
        services: `paraphe.services.Services`; only what is named is asked for.

    """
    return use_case(**{field.name: getattr(services, field.name) for field in fields(use_case)})
