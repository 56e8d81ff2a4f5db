"""The authority's public files: certificates and lists, wherever they are kept."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography import x509

ROOT, ISSUING = "root.cer", "issuing.cer"
ROOT_CRL, ISSUING_CRL = "root.crl", "issuing.crl"
REVOKED = "revoked.json"
RESPONDER = "responder.cer"
# Of a private authority, PEM: issuing first, root last.
CHAIN = "chain.pem"

Loader = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class CaChain:
    """What every signature of this authority carries.

    Attributes:
        root: the anchor that validators are told to trust.
        issuing: signs end certificates; the root itself in an authority of one level.
        crls: DER; say that the certificates below the root are not revoked. Empty when the
            authority asks for such proof with each signature.
        between: certificates between the two, the issuing one's issuer first.

    """

    root: x509.Certificate
    issuing: x509.Certificate
    crls: tuple[bytes, ...] = ()
    between: tuple[x509.Certificate, ...] = ()

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Issuing first, root last."""
        if self.issuing == self.root:
            return (self.root,)
        return (self.issuing, *self.between, self.root)


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
    """Read the built-in authority's published files through `load` (name → DER).

    Raises:
        ValueError: a file is not what its name says, or the root did not sign the issuing one.

    """
    from cryptography import x509  # noqa: PLC0415 - 100 ms that only signing doors pay

    root = x509.load_der_x509_certificate(load(ROOT))
    issuing = x509.load_der_x509_certificate(load(ISSUING))
    _require_link(issuing, root)
    return CaChain(root, issuing, (load(ROOT_CRL),))


def load_private_chain(load: Loader) -> CaChain:
    """Read a private authority's published chain through `load`; it brings no lists.

    Raises:
        ValueError: the file is no chain from an issuing certificate up to a root.

    """
    from cryptography import x509  # noqa: PLC0415 - as above

    return chain_of(x509.load_pem_x509_certificates(load(CHAIN)))


def chain_of(certificates: Sequence[x509.Certificate]) -> CaChain:
    """Check that each certificate is the next one's, and the last its own.

    Args:
        certificates: issuing first, root last.

    Raises:
        ValueError: they are not.

    """
    if not certificates:
        message = "an empty chain"
        raise ValueError(message)
    issuing, root = certificates[0], certificates[-1]
    for certificate, issuer in itertools.pairwise([*certificates, root]):
        _require_link(certificate, issuer)
    return CaChain(root, issuing, between=tuple(certificates[1:-1]))


def _require_link(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception as error:
        message = "a certificate of the chain is not the next one's"
        raise ValueError(message) from error
