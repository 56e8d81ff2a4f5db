"""`adbe.x509.rsa_sha1` (ISO 32000-1 §12.8.3.2): a bare RSA signature, its certificate beside it.

The same numbers can be written as CMS without signed attributes (RFC 5652 §5.4), which says no more
and no less: so it is validated as every other signature is. SHA-1 is too weak: it is never valid.
"""

from __future__ import annotations

from asn1crypto import cms, core, x509

SUB_FILTER = "adbe.x509.rsa_sha1"


def as_cms(contents: bytes, certificate: bytes) -> cms.SignedData:
    """The signature as CMS.

    Raises:
        ValueError, TypeError: one of both is not DER of its kind.

    """
    signature = core.OctetString.load(contents).native
    signer = x509.Certificate.load(certificate)
    sha1 = {"algorithm": "sha1"}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": {
                        "issuer": signer.issuer,
                        "serial_number": signer.serial_number,
                    }
                }
            ),
            "digest_algorithm": sha1,
            "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
            "signature": signature,
        }
    )
    return cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha1],
            "encap_content_info": {"content_type": "data"},
            "certificates": [signer],
            "signer_infos": [info],
        }
    )
