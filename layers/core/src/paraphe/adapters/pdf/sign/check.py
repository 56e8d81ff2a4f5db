"""The fast check of a revision just written, from the bytes on disk.

It stands on what we know of our own files: the earlier bytes are a prefix that was hashed before
anything was written, and updates are only ever appended. The verdict for strangers is `verify`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from paraphe.adapters.pdf.sign.document import Document, open_document
from paraphe.adapters.pdf.sign.fields import find_field
from paraphe.adapters.pdf.sign.syntax import Name, PdfError
from paraphe.adapters.pki import cms, tsp

if TYPE_CHECKING:
    from cryptography import x509

    from paraphe.adapters.pdf.sign.writing import Prefix


def check_signature(
    file: BinaryIO,
    prefix: Prefix,
    field: str,
    certificate: x509.Certificate,
    root: x509.Certificate,
) -> None:
    """The byte range covers everything, the CMS is the certificate's, its time-stamp holds.

    Raises:
        PdfError, ValueError, InvalidSignature, TrustServiceRefusedError: what did not hold.

    """
    contents, digest = _read_back(file, prefix, field, "ETSI.CAdES.detached")
    signed = cms.parse_signed_data(contents)
    if signed.verify(digest) != certificate:
        raise ValueError("signed by another certificate")
    token = signed.unsigned.get(cms.TIMESTAMP_TOKEN)
    if token is None:
        raise ValueError("the time-stamp is missing")
    tsp.verify_token(token.raw, tsp.sha256(signed.signature), (root,))


def check_timestamp(file: BinaryIO, prefix: Prefix, field: str, root: x509.Certificate) -> None:
    """The byte range covers everything and the token stamps it.

    Raises:
        PdfError, TrustServiceRefusedError: what did not hold.

    """
    contents, digest = _read_back(file, prefix, field, "ETSI.RFC3161")
    tsp.verify_token(contents, digest, (root,))


def _read_back(file: BinaryIO, prefix: Prefix, field: str, kind: str) -> tuple[bytes, bytes]:
    document = open_document(file)
    entries = _signature(document, field)
    contents, byte_range = entries.get("Contents"), entries.get("ByteRange")
    if not isinstance(contents, bytes) or entries.get("SubFilter") != Name(kind):
        raise PdfError("the signature dictionary is not what was written")
    start, end = prefix.size, document.size
    file.seek(start)
    update = file.read(end - start)
    if not isinstance(byte_range, list):
        raise PdfError("/ByteRange is missing")
    numbers = [n for n in byte_range if isinstance(n, int)]
    if len(numbers) != 4 or numbers[0] or numbers[2] + numbers[3] != end:  # noqa: PLR2004
        raise PdfError("/ByteRange does not cover the file")
    gap = update[numbers[1] - start : numbers[2] - start]
    if (
        numbers[1] < start
        or gap[:1] + gap[-1:] != b"<>"
        or bytes.fromhex(gap[1:-1].decode()) != contents
    ):
        raise PdfError("/ByteRange leaves out more than the signature")
    return contents, prefix.digest(update[: numbers[1] - start], update[numbers[2] - start :])


def _signature(document: Document, field: str) -> dict[str, object]:
    _, entries = find_field(document, field)
    return {**document.dictionary(entries.get("V"), "a signature")}
