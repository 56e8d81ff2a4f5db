"""Names of the fields that document time-stamps stand in.

A document time-stamp comes with a new field (ETSI EN 319 142-1 §5.4.3), after signatures whose
locks close every field that they do not name (ISO 32000-1 §12.8.2.4). Validators differ about
whether that breaks the lock: pyHanko lets time-stamps through, EU DSS warns. So each lock leaves
open, by name, the fields of the time-stamps that may follow, those of later renewals too, and
verification lets nothing else take these names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_RENEWALS = 16  # ten years of evidence, however short-lived the services' certificates
_MOST = 9_999
_PATTERN = re.compile(r"timestamp-\d{2,4}")


def free_name(taken: Collection[str]) -> str:
    """The next time-stamp's field name, given all names in the form."""
    return next(_free(taken))


def to_come(taken: Collection[str], signatures: int) -> list[str]:
    """Names for the time-stamps that may follow: one after each signature, then renewals."""
    names = _free(taken)
    return [next(names) for _ in range(signatures + _RENEWALS)]


def is_reserved(name: str) -> bool:
    """Whether a field of this name can only be a document time-stamp's."""
    return _PATTERN.fullmatch(name) is not None


def _free(taken: Collection[str]) -> Iterator[str]:
    return (n for i in range(1, _MOST + 1) if (n := f"timestamp-{i:02d}") not in taken)
