"""What a signed file of ours holds beside its pages, and what is found about its signatures."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from paraphe.adapters.trust.pades.cms import der, signed_data
from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.archive import newest_chain
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import find_field
from paraphe.adapters.trust.pades.writer.syntax import PdfError, Stream
from paraphe.adapters.trust.pades.writer.trust import ends_at
from paraphe.domain.evidence.account import FileProof, SignatureProof, Validation
from paraphe.domain.trust.verdict import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from paraphe.adapters.trust.pades.writer.document import Document as PdfDocument
    from paraphe.adapters.trust.pades.writer.syntax import Value
    from paraphe.domain.requests.document import Document

_INDICATION = re.compile(r"urn:etsi:019102:mainindication:([a-z-]+)")


class ReportError(Exception):
    """A signature of ours about which no report could be written."""


def read_proof(
    pdf: Path,
    document: Document,
    roots: Sequence[x509.Certificate],
    stamp_roots: Sequence[x509.Certificate],
    now: datetime,
) -> FileProof:
    """Take the CMS of each recorded signature and the store's content; judge every signature.

    `roots` are believed for signatures, `stamp_roots` for time-stamps.

    Raises:
        PdfError: the file lacks a signature that was recorded.
        ReportError: no report could be written about one that was recorded.

    """
    with pdf.open("rb") as file:
        opened = open_document(file)
        store = opened.resolve(opened.catalog().get("DSS"))
        entries = store if isinstance(store, dict) else {}
        answers = _streams(opened, entries.get("OCSPs"))
        signatures = {r.field: _signature(opened, r.field, answers) for r in document.revisions}
        certificates = _streams(opened, entries.get("Certs"))
        crls = _streams(opened, entries.get("CRLs"))
        chain = newest_chain(file, stamp_roots)
    validations = _validations(pdf.read_bytes(), roots, stamp_roots, now)
    missing = signatures.keys() - {validation.field for validation in validations}
    if missing:
        raise ReportError(f"{len(missing)} signatures without a report")
    return FileProof(
        signatures,
        validations,
        _texts(certificates),
        _texts(answers),
        _texts(crls),
        ends_at(chain) if chain else None,
    )


def _validations(
    pdf: bytes,
    roots: Sequence[x509.Certificate],
    stamp_roots: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[Validation, ...]:
    # Imported here: pyHanko, which nothing before the first document needs.
    from paraphe.adapters.trust.pades.validation import pyhanko_offline  # noqa: F401, PLC0415 - first
    from paraphe.adapters.trust.pades.validation.file_validation import verify  # noqa: PLC0415
    from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots  # noqa: PLC0415

    trusted = load_roots(_encoded(roots), _encoded(stamp_roots))
    found = verify(pdf, trusted, now, reports=True).signatures
    return tuple(
        Validation(one.field, _indication(one.report), one.report)
        for one in found
        if one.kind is not Kind.TIMESTAMP and one.report
    )


def _encoded(certificates: Iterable[x509.Certificate]) -> list[bytes]:
    return [one.public_bytes(Encoding.DER) for one in certificates]


def _indication(report: str) -> str:
    found = _INDICATION.search(report)
    return found[1] if found else "indeterminate"


def _signature(opened: PdfDocument, field: str, answers: Iterable[bytes]) -> SignatureProof:
    _, entries = find_field(opened, field)
    contents = opened.dictionary(entries.get("V"), "a signature").get("Contents")
    if not isinstance(contents, bytes):
        raise PdfError("a signature has no contents")
    encoded = der.parse(contents).raw  # without the room that was left over
    signed = signed_data.parse_signed_data(encoded)
    signer = signed.signer
    token = signed.unsigned.get(signed_data.TIMESTAMP_TOKEN)
    return SignatureProof(
        cms=_text(encoded),
        certificate=_text(signer.public_bytes(Encoding.DER)),
        ocsps=_texts(one for one in answers if _speaks_for(one, signer.serial_number)),
        timestamp_token=_text(token.raw) if token is not None else None,
    )


def _speaks_for(answer: bytes, serial: int) -> bool:
    found = ocsp.load_der_ocsp_response(answer)
    good = found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    return good and found.serial_number == serial


def _streams(opened: PdfDocument, listed: Value) -> tuple[bytes, ...]:
    found = (opened.resolve(item) for item in opened.array(listed, "the security store"))
    return tuple(xref.decode(s) for s in found if isinstance(s, Stream))


def _texts(contents: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(_text(content) for content in contents)


def _text(content: bytes) -> str:
    return b64encode(content).decode()
