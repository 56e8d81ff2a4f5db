"""What may help a chain: certificates, OCSP answers and revocation lists, ready to be looked up.

Each signature is validated with only what may speak for its own chain: pyHanko reads whatever it is
given again for every signature, and a file of fifty signers brings a hundred answers along.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from asn1crypto import core, x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from cryptography import x509 as plain_x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.policy_decl import LocalKnowledge
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from paraphe.adapters.trust.pades.validation import certificate_purposes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from asn1crypto import cms

    from paraphe.adapters.trust.pades.validation.embedded_signature import Store

K = TypeVar("K", bound="Hashable")
T = TypeVar("T")

_LONGEST_WAY = 9
_MATCHABLE = frozenset({"sha1", "sha256"})


@dataclass(slots=True)
class Material:
    """A security store's content, by what it is about.

    Attributes:
        everything: as pyHanko wants it.

    """

    everything: LocalKnowledge
    _subjects: dict[bytes, list[x509.Certificate]] = field(init=False)
    _responders: dict[bytes, list[x509.Certificate]] = field(init=False)
    _crls: dict[bytes, list[CRLContainer]] = field(init=False)
    _ocsps: dict[int | None, list[OCSPContainer]] = field(init=False)

    def __post_init__(self) -> None:
        known = self.everything.known_certs
        answering = [one for one in known if certificate_purposes.is_responder(one)]
        self._subjects = _by(known, lambda one: bytes(one.subject.dump()))
        self._responders = _by(answering, lambda one: bytes(one.issuer.dump()))
        self._crls = _by(self.everything.known_crls, _issuer_of)
        self._ocsps = _by(self.everything.known_ocsps, _serial_of)

    def about(self, signed: cms.SignedData, roots: Iterable[x509.Certificate]) -> LocalKnowledge:
        """What may speak for a signer, for the authorities above it, and for who answers."""
        inside = [c.chosen for c in signed["certificates"] if c.name == "certificate"]
        more = _by([*inside, *roots], lambda one: bytes(one.subject.dump()))
        names: set[bytes] = set()
        serials: set[int] = set()
        certificates: list[x509.Certificate] = []
        wanted = {bytes(n.dump()) for c in inside for n in (c.issuer, c.subject)}
        while wanted:
            names |= wanted
            known = [one for name in wanted for one in self._subjects.get(name, ())]
            above = [*known, *(one for name in wanted for one in more.get(name, ()))]
            certificates += known
            serials |= {one.serial_number for one in above}
            wanted = {bytes(one.issuer.dump()) for one in above} - names
        answering = [one for name in names for one in self._responders.get(name, ())]
        return replace(
            self.everything,
            known_certs=[*certificates, *answering],
            known_crls=[one for name in names for one in self._crls.get(name, ())],
            known_ocsps=[one for serial in serials for one in self._ocsps.get(serial, ())],
        )

    def way_up(
        self, signed: cms.SignedData, roots: Sequence[x509.Certificate]
    ) -> list[x509.Certificate]:
        """Where names lead from a signer: for people to read, and to take trust away."""
        certificates = [c.chosen for c in signed["certificates"] if c.name == "certificate"]
        known = {bytes(c.subject.dump()): c for c in (*certificates, *roots)}
        try:
            way = [extract_certificate_info(signed).signer_cert]
        except Exception:  # noqa: BLE001 - pyHanko raises nearly anything on strangers' files
            return []
        ends = {root.dump() for root in roots}
        while len(way) < _LONGEST_WAY and way[-1].dump() not in ends and not is_end(way[-1]):
            name = bytes(way[-1].issuer.dump())
            above = known.get(name) or next(iter(self._subjects.get(name, ())), None)
            if above is None:
                break
            way.append(above)
        return way


def is_end(certificate: x509.Certificate) -> bool:
    """Whether a certificate names itself as its issuer."""
    return bool(certificate.subject.dump() == certificate.issuer.dump())


def knowledge(store: Store) -> Material:
    """A security store, ready to be looked up; what cannot be read is left out."""
    ocsps: list[OCSPContainer] = []
    for encoded in store.ocsps:
        response = _load(OCSPResponse, encoded)
        if response is not None:
            ocsps += filter(_is_matchable, OCSPContainer.load_multi(response))
    everything = LocalKnowledge(
        known_ocsps=ocsps,
        known_crls=[CRLContainer(c) for e in store.crls if (c := _load_crl(e)) is not None],
        known_certs=[
            c for e in store.certificates if (c := _load(x509.Certificate, e)) is not None
        ],
    )
    return Material(everything)


def _is_matchable(container: OCSPContainer) -> bool:
    """Whether pyHanko can tell which certificate an answer is about: it raises on other hashes."""
    single = container.extract_single_response()
    return single is None or single["cert_id"]["hash_algorithm"]["algorithm"].native in _MATCHABLE


def _load(kind: type[core.Asn1Value], encoded: bytes) -> core.Asn1Value | None:
    try:
        value = kind.load(encoded)
        value.native  # noqa: B018 - asn1crypto parses when asked, and fails then
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return value


def _load_crl(encoded: bytes) -> CertificateList | None:
    """A revocation list; its entries, of which there may be 100,000, only as far as needed."""
    try:
        plain_x509.load_der_x509_crl(encoded)  # fast, and reads every entry
        value = CertificateList.load(encoded)
        head = value["tbs_cert_list"]
        for key in ("version", "signature", "issuer", "this_update", "next_update"):
            head[key].native  # noqa: B018 - asn1crypto parses when asked, and fails then
        head["crl_extensions"].native  # noqa: B018
    except (ValueError, TypeError, KeyError, OverflowError, plain_x509.InvalidVersion):
        return None
    return value


def _issuer_of(container: CRLContainer) -> bytes:
    return bytes(container.crl_data.issuer.dump())


def _serial_of(container: OCSPContainer) -> int | None:
    single = container.extract_single_response()
    return None if single is None else int(single["cert_id"]["serial_number"].native)


def _by(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return dict(found)
