"""Validation reports of ETSI TS 119 102-2, by pyHanko.

What xsdata finds out about the report's 114 types is kept: pyHanko's own `generate_report`, of
which this is the text, finds it out anew for each signature (most of a report's time).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

from pyhanko.generated.etsi import ts_11910202
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.report import tools
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature
    from pyhanko.sign.validation.ades import AdESBasicValidationResult
    from pyhanko.sign.validation.status import PdfSignatureStatus

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.file_source import Source


class _Signature:
    """What pyHanko's report asks of its signature objects, from ours."""

    def __init__(self, embedded: EmbeddedSignature, digest: bytes) -> None:
        self.signed_data = embedded.signed_data
        self.signer_info = embedded.signer
        self.self_reported_timestamp = embedded.claimed_at
        self.sig_object = generic.DictionaryObject(  # type: ignore[no-untyped-call] # pyHanko's
            {
                generic.NameObject("/Filter"): generic.NameObject("/Adobe.PPKLite"),
                generic.NameObject("/SubFilter"): generic.NameObject(f"/{embedded.sub_filter}"),
                generic.NameObject("/ByteRange"): generic.ArrayObject(
                    generic.NumberObject(n)  # type: ignore[no-untyped-call] # pyHanko's
                    for n in embedded.byte_range
                ),
            }
        )
        self._digest = digest

    def compute_digest(self) -> bytes:
        """The byte range's digest."""
        return self._digest


def etsi_report(
    embedded: EmbeddedSignature,
    result: AdESBasicValidationResult[PdfSignatureStatus],
    source: Source,
) -> str:
    """One signature's report, XML."""
    digest = source.digest(str(embedded.signer["digest_algorithm"]["algorithm"].native), embedded)
    signature = cast("EmbeddedPdfSignature", _Signature(embedded, digest))
    objects = tuple(tools._package_validation_object(one) for one in result.validation_objects)  # noqa: SLF001 - see above
    report = ts_11910202.ValidationReport(
        signature_validation_report=(tools._generate_report(signature, result),),  # noqa: SLF001 - likewise
        signature_validation_objects=ts_11910202.ValidationObjectListType(objects),
    )
    return str(_serializer().render(report, ns_map=tools.NAMESPACES))


@functools.cache
def _serializer() -> XmlSerializer:
    return XmlSerializer(config=SerializerConfig(indent="  "))
