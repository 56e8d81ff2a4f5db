"""Level B with what B-LT is made of: no time-stamp, no security store. Service never does this."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.pades.cms import signed_data
from paraphe.adapters.trust.pades.writer import check, signing, writing
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.increment import Increment

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.signing import Act


def sign(file: BinaryIO, act: Act) -> None:
    """Sign a prepared file in place and check what was written, as service does."""
    credential = act.credential
    document = open_document(file)
    prefix = writing.hash_prefix(file)
    increment = Increment(document)
    place = signing.fill_field(increment, act)
    section = increment.signed()
    digest = prefix.digest(section.head, section.tail)
    attributes = signed_data.signed_attributes(
        digest, credential.certificate, commitment=signed_data.PROOF_OF_APPROVAL
    )
    signature = credential.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    certificates = (credential.certificate, *credential.chain)
    contents = signed_data.assemble(attributes, signature, certificates)

    def verify(update: bytes) -> None:
        written = check.Written(document, prefix, update)
        check.check_signed(written, place, credential.certificate)

    writing.append(file, prefix, section, contents, verify)
