"""Validation reports of ETSI TS 119 102-2, by pyHanko."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.report.tools import generate_report

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature
    from pyhanko.sign.validation.ades import AdESBasicValidationResult
    from pyhanko.sign.validation.status import PdfSignatureStatus

    from paraphe.adapters.pdf.verify.found import Found
    from paraphe.adapters.pdf.verify.source import Source


class _Signature:
    """What pyHanko's report asks of its signature objects, from ours."""

    def __init__(self, found: Found, digest: bytes) -> None:
        self.signed_data = found.signed_data
        self.signer_info = found.signer
        self.self_reported_timestamp = found.claimed_at
        self.sig_object = generic.DictionaryObject(  # type: ignore[no-untyped-call] # pyHanko's
            {
                generic.NameObject("/Filter"): generic.NameObject("/Adobe.PPKLite"),
                generic.NameObject("/SubFilter"): generic.NameObject(f"/{found.sub_filter}"),
                generic.NameObject("/ByteRange"): generic.ArrayObject(
                    generic.NumberObject(n)  # type: ignore[no-untyped-call] # pyHanko's
                    for n in found.byte_range
                ),
            }
        )
        self._digest = digest

    def compute_digest(self) -> bytes:
        """The byte range's digest."""
        return self._digest


def etsi_report(
    found: Found, result: AdESBasicValidationResult[PdfSignatureStatus], source: Source
) -> str:
    """One signature's report, XML."""
    digest = source.digest(str(found.signer["digest_algorithm"]["algorithm"].native), found)
    signature = cast("EmbeddedPdfSignature", _Signature(found, digest))
    return str(generate_report(signature, result))
