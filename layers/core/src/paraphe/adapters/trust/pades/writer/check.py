"""The fast check of a revision just written, from the bytes on disk.

It stands on what we know of our own files: the earlier bytes are a prefix that was hashed before
anything was written, and updates are only ever appended. The verdict for strangers is `verify`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.writer.document import Document, open_update
from paraphe.adapters.trust.pades.writer.fields import find_field
from paraphe.adapters.trust.pades.writer.syntax import Name, PdfError

if TYPE_CHECKING:
    from cryptography import x509

    from paraphe.adapters.trust.pades.writer.writing import Prefix


@dataclass(frozen=True, slots=True)
class Written:
    """An update as it came back from the disk.

    Attributes:
        earlier: the file as it was opened before.
        prefix: the same bytes, hashed.
        update: what stands after them.

    """

    earlier: Document
    prefix: Prefix
    update: bytes


def check_signature(
    written: Written, field: str, certificate: x509.Certificate, token: tsp.TimestampToken
) -> None:
    """The byte range covers everything, the CMS is the certificate's, its time-stamp holds.

    Raises:
        PdfError, ValueError, InvalidSignature, TrustServiceRefusedError: what did not hold.

    """
    signed = check_signed(written, field, certificate)
    found = signed.unsigned.get(signed_data.TIMESTAMP_TOKEN)
    if found is None:
        raise ValueError("the time-stamp is missing")
    require_token(found.raw, tsp.sha256(signed.signature), token)


def check_signed(
    written: Written, field: str, certificate: x509.Certificate
) -> signed_data.SignedData:
    """The byte range covers everything and the CMS is the certificate's; return it.

    Raises:
        PdfError, ValueError, InvalidSignature: what did not hold.

    """
    contents, digest = _read_back(written, field, "ETSI.CAdES.detached")
    signed = signed_data.parse_signed_data(contents)
    if signed.verify(digest) != certificate:
        raise ValueError("signed by another certificate")
    return signed


def check_timestamp(written: Written, field: str, token: tsp.TimestampToken) -> None:
    """The byte range covers everything and the token stamps it.

    Raises:
        PdfError, TrustServiceRefusedError: what did not hold.

    """
    contents, digest = _read_back(written, field, "ETSI.RFC3161")
    require_token(contents, digest, token)


def require_token(found: bytes, digest: bytes, token: tsp.TimestampToken) -> None:
    """What the disk holds is a token over `digest`, signed under the root that was trusted.

    One that is the verified `token` byte for byte, over the digest that it was verified for, needs
    no second verification; any other gets a whole one.

    Raises:
        TrustServiceRefusedError: it is not.

    """
    if not (found.startswith(token.der) and digest == token.imprint):
        tsp.verify_token(found, digest, token.chain[-1:])


def _read_back(written: Written, field: str, kind: str) -> tuple[bytes, bytes]:
    prefix, update = written.prefix, written.update
    document = open_update(written.earlier, update)
    entries = _signature(document, field)
    contents, byte_range = entries.get("Contents"), entries.get("ByteRange")
    if not isinstance(contents, bytes) or entries.get("SubFilter") != Name(kind):
        raise PdfError("the signature dictionary is not what was written")
    start, end = prefix.size, document.size
    if start + len(update) != end:
        raise PdfError("the file does not end with the update")
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
