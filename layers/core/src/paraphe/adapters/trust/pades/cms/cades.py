"""CAdES signatures that last: validation material inside, archive time-stamps over all of it.

ETSI EN 319 122-1 §5.5: an `archive-time-stamp-v3` covers the signed content, the signature and,
through the `ats-hash-index-v3` that its token carries, every certificate, every piece of revocation
information and every unsigned attribute that was there when it was made. Before its service's
certificate ends, another one covers it in turn. Any validator of CAdES can follow that without us.

Only what is needed for one detached signature by one signer; nothing here decides about trust.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.signed_data import SIGNED_DATA, TIMESTAMP_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ARCHIVE_TIMESTAMP_V3 = "0.4.0.1733.2.4"
HASH_INDEX_V3 = "0.4.0.19122.1.5"
_OCSP = "1.3.6.1.5.5.7.16.2"  # RFC 5940 §2.1
_SHA256 = "2.16.840.1.101.3.4.2.1"
_TAG_CERTIFICATES, _TAG_CRLS, _TAG_UNSIGNED = 0xA0, 0xA1, 0xA1
_OTHER_REVOCATION = 0xA1
# RFC 5652 §5.1: 5 as soon as there is an OCSP answer among the revocation information.
_VERSION, _VERSION_WITH_OCSP = 1, 5
_DIGEST = hashlib.sha256


class CadesError(ValueError):
    """It is no such signature, or an archive time-stamp does not fit it."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive time-stamp as it was read; nobody has vouched for its service yet.

    Attributes:
        token: ContentInfo, DER.
        covers: digests of certificates, revocation information and unsigned attributes.
        index: the ats-hash-index-v3 that says so, DER.

    """

    token: bytes
    covers: frozenset[bytes]
    index: bytes


@dataclass(frozen=True)
class Cades:
    """A detached CMS of one signer, taken apart.

    Attributes:
        head: `digestAlgorithms` and `encapContentInfo`, DER.
        content_type: of what is signed, DER.
        certificates: `CertificateChoices`, DER, in order.
        revocations: `RevocationInfoChoice`, DER, in order.
        signer: the signer's fields up to the signature, DER.
        unsigned: its unsigned attributes, DER, one value each.

    """

    head: tuple[bytes, bytes]
    content_type: bytes
    certificates: tuple[bytes, ...]
    revocations: tuple[bytes, ...]
    signer: tuple[bytes, ...]
    unsigned: tuple[bytes, ...]

    def encoded(self) -> bytes:
        """ContentInfo, DER."""
        has_ocsp = any(one[0] == _OTHER_REVOCATION for one in self.revocations)
        revocations = der.explicit(1, *self.revocations) if self.revocations else b""
        unsigned = der.explicit(1, *self.unsigned) if self.unsigned else b""
        signed = der.sequence(
            der.integer(_VERSION_WITH_OCSP if has_ocsp else _VERSION),
            *self.head,
            der.explicit(0, *self.certificates),
            revocations,
            der.set_of(der.sequence(*self.signer, unsigned)),
        )
        return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, signed))

    @property
    def ocsps(self) -> tuple[bytes, ...]:
        """OCSP answers, DER."""
        found = (der.parse(one) for one in self.revocations if one[0] == _OTHER_REVOCATION)
        parts = (node.children(2) for node in found)
        return tuple(answer.raw for kind, answer in parts if kind.raw == der.oid(_OCSP))

    @property
    def crls(self) -> tuple[bytes, ...]:
        """Revocation lists, DER."""
        return tuple(one for one in self.revocations if one[0] == der.SEQUENCE)

    @cached_property
    def archives(self) -> tuple[Archive, ...]:
        """Archive time-stamps, the oldest first.

        Raises:
            CadesError: one is not over what is here, or something is here that the newest one does
                not cover: whatever is accepted has been stamped.

        """
        values = [(one, value) for one in self.unsigned if (value := _archive_value(one))]
        found = sorted(
            ((self._read(value), one) for one, value in values),
            key=lambda pair: len(pair[0].covers),
        )
        everything = {_digest(one) for one in (*self.certificates, *self.revocations)}
        everything |= {_digest(_indexed(one)) for one in self.unsigned}
        for number, (archive, mine) in enumerate(found):
            earlier = {_digest(_indexed(one)) for _, one in found[:number]}
            if not earlier <= archive.covers <= everything - {_digest(_indexed(mine))}:
                raise CadesError("an archive time-stamp is over something else")
        if found:
            newest, mine = found[-1]
            if newest.covers != everything - {_digest(_indexed(mine))}:
                raise CadesError("there is more than the archive time-stamp covers")
        return tuple(archive for archive, _ in found)

    def _read(self, token: bytes) -> Archive:
        index = _index_of(token)
        algorithm, *lists = der.parse(index).children(4)
        if algorithm.children(1)[0].as_oid() != _SHA256:
            raise CadesError("an unknown digest in the hash index")
        covers = frozenset(one.expect(der.OCTET_STRING).value for part in lists for one in part)
        return Archive(token, covers, index)

    def imprint(self, index: bytes, content: bytes, algorithm: str = "sha256") -> bytes:
        """What an archive time-stamp with this hash index stamps (§5.5.3, message imprint)."""
        state = hashlib.new(algorithm, self.content_type)
        state.update(hashlib.new(algorithm, content).digest())
        for one in self.signer:
            state.update(one)
        state.update(index)
        return state.digest()

    def covered(self, archive: Archive) -> Cades:
        """Only what an archive time-stamp covers."""
        return self._only(lambda digest: digest in archive.covers)

    def _only(self, wanted: Callable[[bytes], bool]) -> Cades:
        return self._with(
            (one for one in self.certificates if wanted(_digest(one))),
            (one for one in self.revocations if wanted(_digest(one))),
            (one for one in self.unsigned if wanted(_digest(_indexed(one)))),
        )

    def _with(
        self, certificates: Iterable[bytes], revocations: Iterable[bytes], unsigned: Iterable[bytes]
    ) -> Cades:
        return Cades(
            self.head,
            self.content_type,
            tuple(sorted(dict.fromkeys(certificates))),
            tuple(sorted(dict.fromkeys(revocations))),
            self.signer,
            tuple(sorted(unsigned)),
        )

    def holding(
        self, certificates: Iterable[bytes], ocsps: Iterable[bytes], crls: Iterable[bytes]
    ) -> Cades:
        """With more validation material, DER; what is there already is not repeated."""
        return self._with(
            (*self.certificates, *certificates),
            (*self.revocations, *crls, *(_ocsp(answer) for answer in ocsps)),
            self.unsigned,
        )

    def index(self) -> bytes:
        """The ats-hash-index-v3 over everything that is here now (§5.5.2)."""
        return der.sequence(
            der.sequence(der.oid(_SHA256)),
            _digests(self.certificates),
            _digests(self.revocations),
            _digests(_indexed(one) for one in self.unsigned),
        )

    def archived(self, token: bytes, index: bytes) -> Cades:
        """With an archive time-stamp: a token over `imprint(index, content)`."""
        made = _attribute(ARCHIVE_TIMESTAMP_V3, _with_index(token, index))
        return self._with(self.certificates, self.revocations, (*self.unsigned, made))

    def as_first_archived(self) -> Cades:
        """As it was when its first archive time-stamp was made: what renewals added is left out."""
        archives = self.archives
        if not archives:
            return self
        first = _digest(_indexed(_attribute(ARCHIVE_TIMESTAMP_V3, archives[0].token)))
        return self._only(lambda digest: digest in archives[0].covers or digest == first)


def parse(encoded: bytes) -> Cades:
    """Take a ContentInfo apart.

    Raises:
        CadesError: it is not DER, or not a detached signature of exactly one signer.

    """
    try:
        return _parse(encoded)
    except (der.DerError, IndexError) as error:
        raise CadesError("not a CAdES signature") from error


def _parse(encoded: bytes) -> Cades:
    whole = der.parse(encoded).expect(der.SEQUENCE)
    kind, wrapped = whole.children(2)
    if kind.as_oid() != SIGNED_DATA or len(whole.raw) != len(encoded):
        raise CadesError("not SignedData alone")
    _version, digests, inner, *more = wrapped.children(1)[0].children(4)
    signers = more.pop().expect(der.SET).children(1)
    inside = inner.children(1)
    if len(signers) != 1 or len(inside) != 1:
        raise CadesError("one signer and detached content are expected")
    certificates = _inside(more, _TAG_CERTIFICATES)
    revocations = _inside(more, _TAG_CRLS)
    if more:
        raise CadesError("unknown parts")
    fields = signers[0].children(6)
    unsigned = fields.pop() if fields[-1].tag == _TAG_UNSIGNED else None
    return Cades(
        head=(digests.raw, inner.raw),
        content_type=inside[0].raw,
        certificates=certificates,
        revocations=revocations,
        signer=tuple(field.raw for field in fields),
        unsigned=tuple(one for node in unsigned or () for one in _values(node)),
    )


def _inside(parts: list[der.Node], tag: int) -> tuple[bytes, ...]:
    if not parts or parts[0].tag != tag:
        return ()
    return tuple(node.raw for node in parts.pop(0))


def _values(attribute: der.Node) -> list[bytes]:
    """An attribute as one attribute for each of its values."""
    kind, values = attribute.expect(der.SEQUENCE).children(2)
    kind.as_oid()
    return [der.sequence(kind.raw, der.tlv(der.SET, v.raw)) for v in values.expect(der.SET)]


def timestamps(unsigned: Sequence[bytes]) -> tuple[bytes, ...]:
    """The tokens among unsigned attributes: over the signature, and over the archive."""
    wanted = {der.oid(TIMESTAMP_TOKEN), der.oid(ARCHIVE_TIMESTAMP_V3)}
    parts = (der.parse(one).children(2) for one in unsigned)
    return tuple(v.children(1)[0].raw for kind, v in parts if kind.raw in wanted)


def _archive_value(attribute: bytes) -> bytes | None:
    kind, values = der.parse(attribute).children(2)
    return values.children(1)[0].raw if kind.raw == der.oid(ARCHIVE_TIMESTAMP_V3) else None


def _indexed(attribute: bytes) -> bytes:
    """What the hash index digests of an attribute: its type and its one value, joined (§5.5.2)."""
    kind, values = der.parse(attribute).children(2)
    return kind.raw + values.value


def _index_of(token: bytes) -> bytes:
    """The hash index that a token carries, exactly one."""
    _, signer = _open_token(token)
    unsigned = list(signer[-1]) if signer[-1].tag == _TAG_UNSIGNED else []
    values = [v for one in unsigned for v in _values(one)]
    if len(values) != 1:
        raise CadesError("an archive time-stamp has no hash index, or something beside it")
    kind, inside = der.parse(values[0]).children(2)
    if kind.raw != der.oid(HASH_INDEX_V3):
        raise CadesError("an archive time-stamp has no hash index")
    return inside.children(1)[0].raw


def _with_index(token: bytes, index: bytes) -> bytes:
    """A token with the hash index as its only unsigned attribute: nothing signs any other."""
    signed, signer = _open_token(token)
    if signer[-1].tag == _TAG_UNSIGNED:
        signer.pop()
    attribute = der.explicit(1, _attribute(HASH_INDEX_V3, index))
    info = der.sequence(*(field.raw for field in signer), attribute)
    fields = signed.children(4)[:-1]
    whole = der.sequence(*(field.raw for field in fields), der.set_of(info))
    return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, whole))


def _open_token(token: bytes) -> tuple[der.Node, list[der.Node]]:
    kind, wrapped = der.parse(token).expect(der.SEQUENCE).children(2)
    if kind.as_oid() != SIGNED_DATA:
        raise CadesError("an archive time-stamp is no token")
    signed = wrapped.children(1)[0]
    signers = signed.children(4)[-1].expect(der.SET).children(1)
    if len(signers) != 1:
        raise CadesError("an archive time-stamp has several signers")
    return signed, signers[0].children(6)


def _ocsp(answer: bytes) -> bytes:
    """An OCSP answer as revocation information (RFC 5940)."""
    return der.explicit(1, der.oid(_OCSP), answer)


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.tlv(der.SET, value))


def _digests(parts: Iterable[bytes]) -> bytes:
    return der.sequence(*(der.octets(_digest(part)) for part in parts))


def _digest(data: bytes) -> bytes:
    return _DIGEST(data).digest()
