"""PAdES baseline levels, by what is in the file (ETSI EN 319 142-1 §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation.embedded_signature import CADES
from paraphe.domain.trust.verdict import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.validation_results import SignatureResult

_REQUIRED = {"content_type", "message_digest"}
_SIGNING_CERTIFICATE = {"signing_certificate", "signing_certificate_v2"}


def level(
    embedded: EmbeddedSignature, result: SignatureResult, stamped: Sequence[EmbeddedSignature]
) -> Level:
    """The highest level whose marks are there and hold.

    B-B: CAdES in the PAdES manner, no signing-time attribute (§6.3). B-T: a time-stamp that holds,
    the signature's own or one over the document. B-LT: chains and their revocation information are
    inside, as validation could tell without a network. B-LTA: a document time-stamp over all that.
    """
    names = {attribute["type"].native for attribute in embedded.signer["signed_attrs"]}
    if embedded.sub_filter != CADES or not names >= _REQUIRED or not names & _SIGNING_CERTIFICATE:
        return Level.NONE
    if "signing_time" in names:
        return Level.NONE
    later = [stamp for stamp in stamped if stamp.end > embedded.end]
    timely = (result.stamp is not None and result.stamp.holds) or bool(later)
    if not timely:
        return Level.B_B
    if not result.passed:
        return Level.B_T
    return Level.B_LTA if later else Level.B_LT
