"""Will validators find the signatures good that are made on a file? Asked of the trial's copy.

pyHanko's difference analysis is the judge, strict and as it comes: without the short way that
`paraphe verify` takes for our own updates, and (for a file of ours to write) without more room for
recursion than others give it.
"""

from __future__ import annotations

import hashlib
import logging
from io import BytesIO

from asn1crypto import core, tsp
from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraphe.adapters.requests.inspection import earlier
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.validation import (
    legacy_x509,
    null_objects,
    recursion,
    references,
)
from paraphe.adapters.trust.pades.validation.changes import Reviewer
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.domain.requests.inspection import Judged, RefusalReason

_X509 = legacy_x509.SUB_FILTER.encode()
_COVERED = {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}


def check_unsigned(signed: bytes) -> Judged:
    """Refuse a normal form on which signatures do not hold; `signed` is its signed copy.

    Raises:
        RefuseError: with NOT_SIGNABLE.
    """
    try:
        good = _all_good(_strict_reader(signed))
    except MemoryError:
        return Judged.NOT
    except Exception as error:  # pyHanko raises nearly anything on strangers' files
        raise RefuseError(RefusalReason.NOT_SIGNABLE) from error
    if not good:
        raise RefuseError(RefusalReason.NOT_SIGNABLE)
    return Judged.FULLY


def check_signed(data: bytes, signed: bytes) -> Judged:
    """Refuse a signed file `data` whose signatures, or ours, suffer in its signed copy `signed`.

    Where pyHanko, strict, stops at the file it is asked again with a reference to nothing taken
    for null (ISO 32000-2 §7.3.10) and the number of a cross-reference stream used again, which no
    rule forbids: our own reader, as strict in all else, must have read the file then, and nothing
    in it may refer to objects that our update brings.

    Raises:
        RefuseError: with CLOSED_BY_SIGNATURE or UNJUDGED_SIGNATURE.
    """
    judged = Judged.FULLY
    try:
        try:
            reader = _strict_reader(signed)
            if reader.xrefs.hybrid_xrefs_present:  # stock pyHanko turns those away by policy
                judged = Judged.LENIENTLY
            good = recursion.call(lambda: _all_good(reader))
        except (PdfStrictReadError, KeyError):
            judged = Judged.LENIENTLY
            document = open_document(BytesIO(data))
            if references.reaches(data, document, document.next_number):
                raise RefuseError(RefusalReason.UNJUDGED_SIGNATURE) from None
            good = recursion.call(lambda: _all_good(null_objects.forgiving_reader(signed)))
    except MemoryError:
        return Judged.NOT
    except RefuseError:
        raise
    except Exception as error:  # as above
        raise RefuseError(RefusalReason.UNJUDGED_SIGNATURE) from error
    if not good:
        raise RefuseError(RefusalReason.CLOSED_BY_SIGNATURE)
    if _X509 in data:  # passed over above
        earlier.check(signed)
    return judged


def _strict_reader(data: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(data), strict=True)


def _all_good(reader: PdfFileReader) -> bool:
    """Say whether every signature of a file holds; raises whatever pyHanko raises."""
    logging.disable()
    reviewer = Reviewer(reader)
    # Not `embedded_signatures`: that leaves out kinds that pyHanko does not know.
    signatures = (
        EmbeddedPdfSignature(reader, field, name)
        for name, value, field in enumerate_sig_fields(reader, filled_status=True)
        if value.get_object().get("/SubFilter") != f"/{legacy_x509.SUB_FILTER}"
    )
    return all(_good(one, reviewer) for one in signatures)


def _good(signature: EmbeddedPdfSignature, reviewer: Reviewer) -> bool:
    """Say whether one signature is intact, covers its revision, and allows what came after it."""
    if signature.evaluate_signature_coverage() not in _COVERED:
        return False
    if not _allowed(signature, reviewer):
        return False
    digest = _signed_digest(signature)
    if digest is None:
        return False
    intact, valid = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type=signature.signed_data["encap_content_info"]["content_type"].native,
        actual_digest=digest,
    )
    return intact and valid


def _allowed(signature: EmbeddedPdfSignature, reviewer: Reviewer) -> bool:
    """Say whether what came after a signature is allowed by it."""
    permission = signature.docmdp_level
    later = reviewer.review(signature.signed_revision, signature.fieldmdp, permission)
    if isinstance(later, SuspiciousModification):
        return False
    level = later.modification_level
    return level is not ModificationLevel.OTHER and (
        permission is None or level.value <= permission.value
    )


def _signed_digest(signature: EmbeddedPdfSignature) -> bytes | None:
    """Return the digest that the CMS signs, None when its content is not of this file."""
    content = signature.signed_data["encap_content_info"]["content"]
    if content is core.VOID:
        return signature.compute_digest()
    parsed = content.parsed if hasattr(content, "parsed") else content
    if isinstance(parsed, tsp.TSTInfo):
        imprint = parsed["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        holds = signature.compute_digest(algorithm) == imprint["hashed_message"].native
    else:  # adbe.pkcs7.sha1: the file's SHA-1 is what was signed
        holds = signature.compute_digest("sha1") == bytes(content)
    name = signature.signer_info["digest_algorithm"]["algorithm"].native
    return hashlib.new(name, bytes(content)).digest() if holds else None
