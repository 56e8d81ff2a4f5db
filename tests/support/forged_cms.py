"""CMS signatures and time-stamps with any one thing wrong in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.cms import der, signed_data, tsp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography import x509

    from tests.support import signed
    from tests.support.forging import Party

SIGNATURE_STAMP = signed_data.TIMESTAMP_TOKEN


@dataclass
class Cms:
    """One SignedData, each part as a list that a forger may change.

    Attributes:
        signer: who signs.
        digest: of the content, SHA-256.
        content_type: of what is signed.
        content: put inside when it is not None.
        hash_name: named as digest algorithm, and used for the signature.
        certificates: inside; the signer's chain if None.
        named: the certificate that the signing-certificate attribute names.
        left_out: signed attributes that are not there, by number.
        unsigned: attributes, DER.
        signers: how many signerInfos.
        stated_type: what the content-type attribute says, if something else.
        doubled: signed attributes that have two values.
        more: signed attributes besides.
        sid: whose issuer and serial number stand for the signer, if somebody else's.
        stamps: make time-stamp tokens of the signature.

    """

    signer: Party
    digest: bytes
    content_type: str = signed_data.DATA
    content: bytes | None = None
    stated_type: str | None = None
    hash_name: str = "sha256"
    certificates: tuple[x509.Certificate, ...] | None = None
    named: x509.Certificate | None = None
    left_out: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    more: tuple[bytes, ...] = ()
    unsigned: tuple[bytes, ...] = ()
    signers: int = 1
    sid: x509.Certificate | None = None
    stamps: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def encode(self) -> bytes:
        """ContentInfo, DER."""
        info = self._signer_info()
        certificates = self.certificates or self.signer.chain
        encoded = sorted(c.public_bytes(Encoding.DER) for c in certificates)
        inner = der.sequence(der.oid(self.content_type))
        if self.content is not None:
            inner = der.sequence(
                der.oid(self.content_type), der.explicit(0, der.octets(self.content))
            )
        algorithm = der.sequence(der.oid(_HASHES[self.hash_name]))
        body = der.sequence(
            der.integer(1 if self.content_type == signed_data.DATA else 3),
            der.set_of(algorithm),
            inner,
            der.explicit(0, *encoded),
            der.set_of(*[info] * self.signers),
        )
        return der.sequence(der.oid(signed_data.SIGNED_DATA), der.explicit(0, body))

    def _attributes(self) -> bytes:
        whole = signed_data.signed_attributes(
            self.digest,
            self.named or self.signer.certificate,
            content_type=self.stated_type or self.content_type,
        )
        kept: list[bytes] = []
        for node in der.parse(whole):
            number = node.children(2)[0].as_oid()
            if number in self.left_out:
                continue
            kept.append(node.raw)
            if number in self.doubled:
                values = node.children(2)[1].children(1)[0].raw
                double = der.tlv(der.SET, values, der.octets(bytes(32)))
                kept[-1] = der.sequence(der.oid(number), double)
        return der.set_of(*kept, *self.more)

    def _signer_info(self) -> bytes:
        attributes = self._attributes()
        digest = _ALGORITHMS[self.hash_name]()
        key = self.signer.key
        if isinstance(key, rsa.RSAPrivateKey):
            signature = key.sign(attributes, padding.PKCS1v15(), digest)
            scheme = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.null())
        else:
            signature = key.sign(attributes, ec.ECDSA(digest))
            scheme = der.sequence(der.oid(_ECDSA[self.hash_name]))
        tokens = [make(signature) for make in self.stamps]
        unsigned = [*self.unsigned, *(_attribute(SIGNATURE_STAMP, token) for token in tokens)]
        sid = (self.sid or self.signer.certificate).public_bytes(Encoding.DER)
        return der.sequence(
            der.integer(1),
            _issuer_and_serial(sid),
            der.sequence(der.oid(_HASHES[self.hash_name])),
            b"\xa0" + attributes[1:],
            scheme,
            der.octets(signature),
            der.explicit(1, *unsigned) if unsigned else b"",
        )


_HASHES = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha1": "1.3.14.3.2.26",
    "md5": "1.2.840.113549.2.5",
}
_ALGORITHMS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha1": hashes.SHA1,
    "md5": hashes.MD5,
}
_ECDSA = {
    "sha256": signed_data.ECDSA_SHA256,
    "sha1": "1.2.840.10045.4.1",
    "md5": "1.2.840.10045.4.1",
}


def _attribute(number: str, value: bytes) -> bytes:
    return der.sequence(der.oid(number), der.tlv(der.SET, value))


def _issuer_and_serial(encoded: bytes) -> bytes:
    fields = der.parse(encoded).children(3)[0].children(6)
    fields = fields[1:] if fields[0].tag == 0xA0 else fields
    return der.sequence(fields[2].raw, fields[0].raw)


def token(place: signed.House, data: bytes) -> bytes:
    """A true time-stamp over anything."""
    return place.trust.timestamps.stamp(tsp.sha256(data)).der


def token_by(signer: Party, data: bytes, at: datetime, *, imprint: bytes | None = None) -> bytes:
    """A time-stamp token by anybody."""
    info = der.sequence(
        der.integer(1),
        der.oid("1.2.3.4"),
        der.sequence(
            der.sequence(der.oid(_HASHES["sha256"]), der.null()),
            der.octets(imprint or hashlib.sha256(data).digest()),
        ),
        der.integer(7),
        der.generalized_time(at),
    )
    kind = "1.2.840.113549.1.9.16.1.4"
    digest = hashlib.sha256(info).digest()
    return Cms(signer, digest, content_type=kind, content=info).encode()
