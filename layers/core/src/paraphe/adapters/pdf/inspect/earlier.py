"""Are the signatures that a file brings still good? Asked before anybody signs on top of them.

pyHanko's difference analysis is the verdict here, as it is in `paraphe verify`: checking the
cryptography alone lets every shadow attack through. Who signed, and whether one trusts them, is
not asked: the file may come from anywhere.
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

from paraphe.adapters.pdf.inspect.refuse import RefuseError
from paraphe.adapters.pdf.verify import deep
from paraphe.adapters.pdf.verify.changes import Reviewer
from paraphe.domain.inspection import RefusalReason

_COVERED = {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}


def check(data: bytes) -> None:
    """Refuse a file with a signature that does not hold.

    Raises:
        RefuseError: with INVALID_SIGNATURE, or DAMAGED_SIGNED when it cannot be read strictly.
    """
    logging.disable()
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
    except Exception as error:  # pyHanko raises nearly anything on strangers' files
        raise RefuseError(RefusalReason.DAMAGED_SIGNED) from error
    try:
        reviewer = Reviewer(reader)
        # Not `embedded_signatures`: that leaves out kinds that pyHanko does not know.
        signatures = [
            EmbeddedPdfSignature(reader, field, name)
            for name, _, field in enumerate_sig_fields(reader, filled_status=True)
        ]
        good = deep.call(lambda: all(_good(one, reviewer) for one in signatures))
    except MemoryError:
        raise
    except PdfStrictReadError as error:  # references to nothing, for one
        raise RefuseError(RefusalReason.DAMAGED_SIGNED) from error
    except Exception as error:  # as above
        raise RefuseError(RefusalReason.INVALID_SIGNATURE) from error
    if not good:
        raise RefuseError(RefusalReason.INVALID_SIGNATURE)


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
