"""The document security store (ISO 32000-2 §12.8.4.3, ETSI EN 319 142-1 §5.4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms.encoded import der_of
from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import Name, Ref, Stream, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

    from paraphe.adapters.trust.pades.writer.increment import Increment


@dataclass(frozen=True, slots=True)
class Material:
    """What a validator needs years later, DER.

    Attributes:
        certificates: of signers, authorities and time-stamp services, roots included (the root's
            list cannot be checked without the root: docs/PADES.md, traps).
        ocsps: OCSP responses.
        crls: revocation lists.

    """

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    @classmethod
    def of(
        cls,
        certificates: Iterable[x509.Certificate],
        ocsps: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
    ) -> Material:
        """From parsed certificates."""
        return cls(tuple(map(der_of, certificates)), tuple(ocsps), tuple(crls))

    def __add__(self, other: Material) -> Material:
        """Both, without repeats, in order."""
        return Material(
            tuple(dict.fromkeys(self.certificates + other.certificates)),
            tuple(dict.fromkeys(self.ocsps + other.ocsps)),
            tuple(dict.fromkeys(self.crls + other.crls)),
        )


def extend(increment: Increment, material: Material) -> None:
    """Add what the store does not hold yet; never takes anything away."""
    catalog = increment.catalog()
    place = catalog.get("DSS")
    store = increment.current(place)
    store = dict(store) if isinstance(store, dict) else {"Type": Name("DSS")}
    changed = False
    for key, wanted in (
        ("Certs", material.certificates),
        ("OCSPs", material.ocsps),
        ("CRLs", material.crls),
    ):
        listed = increment.document.array(store.get(key), f"/{key}")
        known = {_digest_of(increment, item) for item in listed}
        missing = [data for data in wanted if hashlib.sha256(data).digest() not in known]
        if missing:
            store[key] = [*listed, *(increment.add(Stream({}, data)) for data in missing)]
            changed = True
    if not changed:
        return
    if isinstance(place, Ref):
        increment.replace(place, store)
    else:
        catalog["DSS"] = increment.add(store)
        increment.replace(increment.document.root_ref, catalog)


def _digest_of(increment: Increment, item: Value) -> bytes:
    stream = increment.document.resolve(item)
    return hashlib.sha256(xref.decode(stream)).digest() if isinstance(stream, Stream) else b""
