"""The one form that an evidence file has, byte for byte; everything else is refused by name (P19).

Whoever reads a file in a form of their own may read something else than what was sealed: so the
bytes have to be those that `paraphe.domain.evidence.account.written` makes of the values.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, NoReturn

from paraphe.domain.evidence.account import written
from paraphe.domain.trust.evidence_verdict import EvidenceProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE)
_BESIDE_ACCOUNT = frozenset({"evidence", "seal"})
# Lists of base64: what helps the seal's chain. Each is held against a signature (`seal_material`).
MATERIAL = ("certificates", "crls", "ocsps")
_IN_SEAL = frozenset({"cms", *MATERIAL})


class NotCanonicalError(Exception):
    """A file in another form, and which rule it breaks."""

    def __init__(self, problem: EvidenceProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


def read(data: bytes) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The account, and the seal when there is one.

    Raises:
        NotCanonicalError: the file has any other form than the one that is written.

    """
    whole = _parsed(_text(data))
    if not isinstance(whole, dict) or not isinstance(whole.get("evidence"), dict):
        raise NotCanonicalError(EvidenceProblem.MALFORMED, "there is no account")
    _no_more(whole, _BESIDE_ACCOUNT, "beside the account")
    seal = whole.get("seal")
    if "seal" in whole:
        _check_seal(seal)
    try:
        expected = written(whole)
    except ValueError as error:  # half of a surrogate pair
        raise NotCanonicalError(EvidenceProblem.SPELLING, str(error)[:200]) from error
    if expected != data:
        at = _first_difference(expected, data)
        detail = f"byte {at} is not as the one form has it (order, spaces, numbers or escapes)"
        raise NotCanonicalError(EvidenceProblem.SPELLING, detail)
    return whole["evidence"], seal


def _text(data: bytes) -> str:
    if data.startswith((*_MARKS, codecs.BOM_UTF16_BE)):
        raise NotCanonicalError(EvidenceProblem.BYTE_ORDER_MARK, "a byte-order mark begins it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"byte {error.start} is not UTF-8"
        raise NotCanonicalError(EvidenceProblem.ENCODING, detail) from error
    if "\0" in text:
        raise NotCanonicalError(EvidenceProblem.ENCODING, "a zero byte is in it: not UTF-8")
    return text


def _parsed(text: str) -> object:
    decoder = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_no_number)
    try:
        value, end = decoder.raw_decode(text)
    except (ValueError, RecursionError) as error:
        kind = type(error).__name__
        raise NotCanonicalError(EvidenceProblem.MALFORMED, f"{kind}: {error}"[:200]) from error
    if end != len(text):
        detail = f"{len(text) - end} characters follow the end"
        raise NotCanonicalError(EvidenceProblem.TRAILING, detail)
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A repeated key would be read differently by different programs."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            detail = f"the key {key[:40]!r} is written twice"
            raise NotCanonicalError(EvidenceProblem.REPEATED_KEY, detail)
        made[key] = value
    return made


def _no_number(name: str) -> NoReturn:
    raise NotCanonicalError(EvidenceProblem.SPELLING, f"{name} is no number")


def _check_seal(seal: object) -> None:
    if not isinstance(seal, dict) or not isinstance(seal.get("cms"), str):
        raise NotCanonicalError(EvidenceProblem.MALFORMED, "the seal has no CMS")
    _no_more(seal, _IN_SEAL, "in the seal")
    for key in MATERIAL:
        listed = seal.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise NotCanonicalError(EvidenceProblem.MALFORMED, f"the seal's {key} are no list")


def _no_more(keys: Iterable[str], allowed: frozenset[str], where: str) -> None:
    more = sorted(set(keys) - allowed)
    if more:
        raise NotCanonicalError(EvidenceProblem.EXTRA_KEY, f"{where}: {more[0][:40]!r}")


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
