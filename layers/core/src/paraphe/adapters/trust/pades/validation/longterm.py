"""The archive time-stamps of a detached seal (CAdES-B-LTA, ETSI EN 319 122-1 §5.5.3).

pyHanko knows none of them. This module works out what each one covers, in plain DER.
`SignatureValidator` says whether its service is to be believed, as for a document time-stamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import cms

from paraphe.adapters.trust.pades.cms import cades
from paraphe.adapters.trust.pades.validation import container

if TYPE_CHECKING:
    from collections.abc import Callable

    from asn1crypto import x509

    from paraphe.adapters.trust.pades.cms.cades import Archive, Cades
    from paraphe.adapters.trust.pades.validation.signature_validation import SignatureValidator
    from paraphe.adapters.trust.pades.validation.validation_results import TimestampResult


@dataclass(frozen=True)
class Archives:
    """The archive time-stamps of one seal, each of them over everything that was there before it.

    Attributes:
        seal: the signature.
        tokens: of the time-stamps, the oldest first; empty when there are none.

    """

    seal: Cades
    tokens: tuple[cms.SignedData, ...]

    @property
    def certificates(self) -> list[x509.Certificate]:
        """What the tokens bring along."""
        inside = (choice for token in self.tokens for choice in token["certificates"])
        return [choice.chosen for choice in inside if choice.name == "certificate"]

    async def validate(
        self, validator: SignatureValidator, content: bytes
    ) -> tuple[TimestampResult, ...]:
        """Validate them, the newest first: an older one may lean on what a newer one proves."""
        pairs = list(zip(self.seal.archives, self.tokens, strict=True))
        return tuple(
            [
                await validator.validate_archive_timestamp(
                    token, _imprint(self.seal, archive, content), _covered(self.seal, archive)
                )
                for archive, token in reversed(pairs)
            ]
        )


def archives_of(encoded: bytes) -> Archives:
    """Read the archive time-stamps of a seal, DER.

    Raises:
        CadesError: one does not fit what is there, or something is there that none covers.
        ContainerError: a token's container was changed.

    """
    seal = cades.parse(encoded)
    if seal.archives and seal.encoded() != encoded:
        raise cades.CadesError("the seal is not written in its canonical form")
    tokens = []
    for archive in seal.archives:
        message = cms.ContentInfo.load(archive.token)
        container.check(archive.token, message)
        tokens.append(message["content"])
    return Archives(seal, tuple(tokens))


def _imprint(seal: Cades, archive: Archive, content: bytes) -> Callable[[str], bytes]:
    return lambda algorithm: seal.imprint(archive.index, content, algorithm)


def _covered(seal: Cades, archive: Archive) -> list[bytes]:
    """All that existed when an archive time-stamp was made, as pyHanko asks for it."""
    then = seal.covered(archive)
    covered = [*then.certificates, *then.crls, *then.ocsps, _signature(seal)]
    for encoded in cades.timestamps(then.unsigned):
        token = cms.ContentInfo.load(encoded)["content"]
        covered.append(token["signer_infos"][0]["signature"].native)
        covered += [choice.chosen.dump() for choice in token["certificates"]]
    return covered


def _signature(seal: Cades) -> bytes:
    signer = cms.ContentInfo.load(seal.encoded())["content"]["signer_infos"][0]
    return bytes(signer["signature"].native)
