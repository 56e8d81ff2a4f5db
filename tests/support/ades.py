"""pyHanko's long-term verdict (ETSI EN 319 102-1), strict and with difference analysis.

Also runs as a program, so that a test can move its clock with Debian's `faketime`:
`python -m tests.support.ades signed.pdf… roots.pem [list.crl | answer.ocsp]…` prints JSON by file.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

_REQUIRED = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED


def specification(roots: Path, fetched: list[Path]) -> PdfSignatureValidationSpec:
    """Trust `roots`; `fetched` is what a validator would get from the addresses in certificates."""
    crls = [f for f in fetched if f.suffix == ".crl"]
    answers = [f for f in fetched if f.suffix == ".ocsp"]
    certificates = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(
            trust_roots=list(load_certs_from_pemder([str(roots)]))  # type: ignore[no-untyped-call] # pyHanko's
        ),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(_REQUIRED, _REQUIRED)),
    )
    knowledge = LocalKnowledge(
        known_crls=[CRLContainer(asn1_crl.CertificateList.load(f.read_bytes())) for f in crls],
        known_ocsps=[
            container
            for f in answers
            for container in OCSPContainer.load_multi(asn1_ocsp.OCSPResponse.load(f.read_bytes()))
        ],
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            certificates,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            ts_cert_validation_policy=certificates,
            local_knowledge=knowledge,
        )
    )


def verdicts(pdf: Path, roots: Path, fetched: list[Path]) -> list[dict[str, Any]]:
    """Per signature: field, verdict (`OK` when valid), proven instant, what later updates did."""

    async def judge() -> list[dict[str, Any]]:
        spec, found = specification(roots, fetched), []
        with pdf.open("rb") as file:
            for signature in PdfFileReader(file, strict=True).embedded_regular_signatures:
                said = await ades.ades_lta_validation(signature, spec)
                status = said.api_status
                found.append(
                    {
                        "field": signature.field_name,
                        "verdict": str(said.ades_subindic).rpartition(".")[2],
                        "at": said.best_signature_time.isoformat(),
                        "changes": status.modification_level.name if status else None,
                        "locks_kept": status.docmdp_ok if status else None,
                        "covers": status.coverage.name if status else None,
                    }
                )
        return found

    return asyncio.run(judge())


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    paths = [Path(argument) for argument in sys.argv[1:]]
    (trusted,) = (path for path in paths if path.suffix == ".pem")
    given = [path for path in paths if path.suffix in {".crl", ".ocsp"}]
    files = [path for path in paths if path.suffix == ".pdf"]
    json.dump({file.name: verdicts(file, trusted, given) for file in files}, sys.stdout)
