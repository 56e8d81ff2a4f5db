"""`adbe.pkcs7.sha1` (ISO 32000-1 §12.8.3.3.1): what is signed is the SHA-1 of the file.

pyHanko does not validate it, and ISO 32000-2 dropped it. Whether it is intact can be said; that
anybody stands behind it cannot, since SHA-1 is no proof any more.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

if TYPE_CHECKING:
    from asn1crypto import x509

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.file_source import Source

SUB_FILTER = "adbe.pkcs7.sha1"


def examine(embedded: EmbeddedSignature, source: Source) -> tuple[bool, x509.Certificate]:
    """Whether a signature is intact, and whose certificate it names.

    Raises whatever pyHanko raises on strangers' files.
    """
    inside = embedded.signed_data["encap_content_info"]
    signed = bytes(inside["content"])
    certificate = extract_certificate_info(embedded.signed_data).signer_cert
    digest = hashlib.new(embedded.signer["digest_algorithm"]["algorithm"].native, signed).digest()
    intact, valid = generic_cms.validate_sig_integrity(
        embedded.signer,
        certificate,
        expected_content_type=inside["content_type"].native,
        actual_digest=digest,
    )
    return bool(intact and valid) and signed == source.digest("sha1", embedded), certificate
