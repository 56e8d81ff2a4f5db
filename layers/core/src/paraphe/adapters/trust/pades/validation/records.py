"""Imports the types of ETSI's reports, which pyHanko generates, as plain records.

There are 280 dataclasses of which a report takes 114 and compares or prints none. What makes them
comparable and printable is most of the time of importing them: they are imported without it. Only
these modules see another `dataclass`; they are found, compiled and kept by Python as ever.
"""

from __future__ import annotations

import builtins
import dataclasses
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_GENERATED = "pyhanko.generated."


def _dataclass(cls: type | None = None, /, **options: Any) -> Any:  # noqa: ANN401 (as dataclass)
    def record(made: type) -> type:
        made.__doc__ = made.__doc__ or made.__name__  # else it is made of the signature
        found: type = dataclasses.dataclass(made, repr=False, eq=False, match_args=False, **options)
        return found

    return record if cls is None else record(cls)


def _module() -> ModuleType:
    made = ModuleType("dataclasses")
    made.__dict__.update(vars(dataclasses), dataclass=_dataclass)
    return made


_RECORDS = _module()


def _import(name: str, *more: Any) -> ModuleType:  # noqa: ANN401 (as __import__)
    return _RECORDS if name == "dataclasses" else builtins.__import__(name, *more)


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
        super().exec_module(module)


class _Finder:
    """A finder of modules (`sys.meta_path`), of these alone."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(_GENERATED):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def load() -> None:
    """Import them, unless somebody has already."""
    if f"{_GENERATED}etsi" in sys.modules:
        return
    finder: Any = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        import_module(f"{_GENERATED}etsi")
    finally:
        sys.meta_path.remove(finder)


load()
