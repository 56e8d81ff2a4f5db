"""The authority's public files: certificates and lists, wherever they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography import x509

ROOT, ISSUING = "root.cer", "issuing.cer"
ROOT_CRL, ISSUING_CRL = "root.crl", "issuing.crl"
REVOKED = "revoked.json"
RESPONDER = "responder.cer"

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


@dataclass(frozen=True, slots=True)
class Tagged:
    """A file as it was read, and the tag by which it is known whether it is still the same."""

    content: bytes
    tag: str


class PublicFiles(Protocol):
    """The authority's public files; `PkiBucket` keeps them."""

    def tagged(self, name: str) -> Tagged | None:
        """One file, or None."""
        ...

    def replace(self, name: str, content: bytes, media_type: str, tag: str | None) -> bool:
        """Store a file if it is still as `tag` says (None: not there); False when it is not."""
        ...


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
