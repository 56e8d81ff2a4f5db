"""Every kind of event by its stored name, and reading what is stored under one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from paraphe.domain.evidence.events import drafts, earlier, ended, running, signing
from paraphe.domain.evidence.events.happening import Browser, Happening, Value


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event of a kind that only later versions know."""

    kind: str
    data: Mapping[str, Value]


def _kinds_of(*modules: ModuleType) -> Iterator[tuple[str, type[Happening]]]:
    for module in modules:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Happening) and "kind" in vars(found):
                yield found.kind, found


# Beside what any kind tells: the names of who acts, and of whose delegation they act under.
MEMBER_NAME, ON_BEHALF_NAME = "member_name", "on_behalf_name"
_EVERYWHERE = Browser.personal() | {MEMBER_NAME, ON_BEHALF_NAME}
EARLIER = dict(_kinds_of(earlier))
WRITTEN = dict(_kinds_of(drafts, running, signing, ended))
KINDS = WRITTEN | EARLIER


def parse(kind: str, data: Mapping[str, Value]) -> Happening | UnknownEvent:
    """Read what any version has stored: never fails (`Part.read` says how)."""
    known = KINDS.get(kind)
    return UnknownEvent(kind, data) if known is None else known.read(data)


def personal(kind: str) -> frozenset[str]:
    """Return what an event of this kind knows of people: what only it calls so, what all do.

    Of a kind that is not known, what any kind tells is taken out all the same.
    """
    known = KINDS.get(kind)
    return _EVERYWHERE | (known.personal() if known else frozenset())
