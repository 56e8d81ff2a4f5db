"""The authority's public files: two certificates and two lists, wherever they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

ROOT, ISSUING = "root.cer", "issuing.cer"
ROOT_CRL, ISSUING_CRL = "root.crl", "issuing.crl"
REVOKED = "revoked.json"

Loader = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class CaChain:
    """What every signature of this authority carries.

    Attributes:
        root: the anchor that validators are told to trust.
        issuing: signs end certificates, their OCSP answers and their list.
        root_crl: DER; says that `issuing` is not revoked.

    """

    root: x509.Certificate
    issuing: x509.Certificate
    root_crl: bytes

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Issuing first, root last."""
        return (self.issuing, self.root)


def load_chain(load: Loader) -> CaChain:
    """Read the published files through `load` (name → DER).

    Raises:
        ValueError: a file is not what its name says, or the root did not sign the issuing one.

    """
    from cryptography import x509  # noqa: PLC0415 - 100 ms that only signing doors pay

    root = x509.load_der_x509_certificate(load(ROOT))
    issuing = x509.load_der_x509_certificate(load(ISSUING))
    try:
        issuing.verify_directly_issued_by(root)
    except Exception as error:
        message = "the issuing certificate is not the root's"
        raise ValueError(message) from error
    return CaChain(root, issuing, load(ROOT_CRL))
