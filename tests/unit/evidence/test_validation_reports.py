"""The validation report of each signature, in the account and beside it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko.generated.etsi import ts_11910202
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from infra import layer
from paraphe.adapters.evidence import wording
from paraphe.adapters.evidence.signature_proofs import ReportError
from paraphe.adapters.trust.authority.tsa import create
from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
)
from paraphe.adapters.trust.verification.check import check
from paraphe.domain import times
from paraphe.domain.evidence import account
from paraphe.domain.trust.evidence_verdict import EvidenceProblem
from paraphe.domain.trust.verdict import State
from tests.support.trust import CRL_URL, LAUNCH, TrustWorld
from tests.unit.evidence.made_evidence import ABOUT, signed, signed_file

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.adapters.evidence.maker import SealingEvidenceMaker
    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict


def test_signatures_are_read_from_the_signed_file(
    services: TrustWorld, maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """Of each: CMS without its room, certificate, answers about it, time-stamp; and the store."""
    pdf, document = signed_file(services, tmp_path)
    proof = maker.read(pdf, document, services.now)
    content = pdf.read_bytes()
    serials = set()
    for revision in document.revisions:
        held, record = proof.signatures[revision.field], json.loads(revision.record)
        message = signed_data.parse_signed_data(b64decode(held.cms))
        _, start, end, rest = record["byte_range"]
        digest = hashlib.sha256(content[:start] + content[end : end + rest]).digest()
        signer = message.verify(digest)
        assert str(signer.serial_number) == record["certificate_serial"]
        assert x509.load_der_x509_certificate(b64decode(held.certificate)) == signer
        (answer,) = held.ocsps
        assert ocsp.load_der_ocsp_response(b64decode(answer)).serial_number == signer.serial_number
        token = tsp.verify_token(
            b64decode(held.timestamp_token or ""),
            tsp.sha256(message.signature),
            (services.tsa.root,),
        )
        assert times.to_text(token.at) == record["timestamp_at"]
        serials.add(signer.serial_number)
    assert len(serials) == 2
    assert proof.certificates
    assert set(proof.ocsps) >= {o for held in proof.signatures.values() for o in held.ocsps}
    assert proof.crls


def test_each_signature_has_its_validation_report(
    services: TrustWorld, maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """ETSI TS 119 102-2, by pyHanko: which signature, when proven, passed; valid for its schema."""
    pdf, document = signed_file(services, tmp_path)
    proof = maker.read(pdf, document, services.now)
    assert [v.field for v in proof.validations] == [r.field for r in document.revisions]
    for found in proof.validations:
        assert found.indication == "total-passed"
        report = XmlParser(config=ParserConfig(fail_on_unknown_properties=True)).from_string(
            found.report, ts_11910202.ValidationReport
        )
        (one,) = report.signature_validation_report
        message = signed_data.parse_signed_data(b64decode(proof.signatures[found.field].cms))
        identifier, status = one.signature_identifier, one.signature_validation_status
        assert identifier is not None
        assert identifier.signature_value is not None
        assert identifier.signature_value.value == message.signature
        assert status is not None
        assert str(status.main_indication).endswith("total-passed")
        assert report.signature_validation_objects is not None
        assert report.signature_validation_objects.validation_object


def test_a_changed_time_stamp_service_is_judged_under_its_own_root(
    maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """Signed under one service, evidence made under the next: both roots are published."""
    world = TrustWorld()
    pdf, document = signed_file(world, tmp_path)
    old, world.tsa = world.tsa, create(CRL_URL, world.now, "Autre")
    roots = (old.root, world.tsa.root)
    later = replace(maker, authority=world.authority, trust=world.trust(), stamp_roots=roots)
    proof = later.read(pdf, document, world.now)
    assert [v.indication for v in proof.validations] == ["total-passed"] * 2
    assert proof.proven_until == old.certificate.not_valid_after_utc
    with pytest.raises(TrustServiceRefusedError):
        replace(later, stamp_roots=roots[1:]).read(pdf, document, world.now)


def test_a_signature_without_a_report_stops_the_evidence(
    services: TrustWorld,
    maker: SealingEvidenceMaker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left out silently, for example in a layer that lacks what writes reports."""
    pdf, document = signed_file(services, tmp_path)
    monkeypatch.setitem(sys.modules, "paraphe.adapters.trust.pades.validation.etsi_report", None)
    with pytest.raises(ReportError, match="2 signatures"):
        maker.read(pdf, document, services.now)


_AS_IN_THE_LAYER = """
import sys
from pathlib import Path
for name in sys.argv[4:]:
    sys.modules[name] = None
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.domain import times
pdf, roots = (Path(name).read_bytes() for name in sys.argv[1:3])
found = verify(pdf, load_roots([roots]), times.from_text(sys.argv[3]), reports=True)
print("".join(one.report for one in found.signatures))
"""


def test_reports_are_written_with_what_the_layer_has(
    services: TrustWorld, maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """The layer leaves out lxml and most of xsdata (infra/layer.py)."""
    pdf, document = signed_file(services, tmp_path)
    usual = "".join(v.report for v in maker.read(pdf, document, services.now).validations)
    left_out = [
        name.removesuffix(".py").replace("/", ".")
        for name in layer.UNUSED["pdf"]
        if name.partition("/")[0] in {"lxml", "xsdata"}
    ]
    assert {"lxml", "xsdata.models.xsd"} < set(left_out)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(services.roots_pem())
    given = (str(pdf), str(roots), times.to_text(services.now), *left_out)
    done = subprocess.run(
        [sys.executable, "-c", _AS_IN_THE_LAYER, *given], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == usual.strip()


def test_reports_are_checked_with_the_account(
    services: TrustWorld, maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """A changed report breaks the seal; one about another signature is seen even under a seal."""
    pdf, document = signed_file(services, tmp_path)
    world, ref = signed()
    request = replace(world.load(ref), documents=(document,))
    proofs = {document.id: maker.read(pdf, document, services.now)}
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, proofs, ABOUT, world.now)

    def judge(data: bytes) -> EvidenceVerdict:
        said = check(pdf.read_bytes(), data, [services.roots_pem()], services.now).evidence
        assert said is not None
        return said

    data, _ = maker.seal(told, services.now)
    assert (judge(data).state, judge(data).reports) == (State.VALID, 2)
    assert data.count(b"mainindication:total-passed") == 2
    forged = data.replace(b"mainindication:total-passed", b"mainindication:total-failed", 1)
    assert judge(forged).problems == (EvidenceProblem.SEAL,)
    for swapped in (list(reversed(told["documents"][0]["validations"])), []):
        for validation, right in zip(swapped, told["documents"][0]["validations"], strict=False):
            swapped[swapped.index(validation)] = {**validation, "field": right["field"]}
        other = {**told, "documents": [{**told["documents"][0], "validations": swapped}]}
        said = judge(maker.seal(other, services.now)[0])
        assert (said.problems, said.reports) == ((EvidenceProblem.REPORT,), 0)


def test_an_account_of_many_signatures_stays_readable(
    services: TrustWorld, maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """The sealed account is text, each report in it too: under 25 kB a signature."""
    pdf, document = signed_file(services, tmp_path)
    world, ref = signed()
    request = replace(world.load(ref), documents=(document,))
    proofs = {document.id: maker.read(pdf, document, services.now)}
    told = account.build(request, (), proofs, ABOUT, world.now)
    data, _ = maker.seal(told, LAUNCH)
    assert data.count(b"<vr:ValidationReport") == 2
    assert len(json.dumps(told["documents"])) / 2 < 25_000
    pages = "\n".join(p.text for p in wording.paragraphs({**told, "recipients": []}))
    assert pages.count("Validation (ETSI TS 119 102-2): passed") == 2
    part = account.excerpt({**told, "recipients": [{"id": "rcp_1"}]}, "rcp_1")
    assert [v["field"] for v in part["documents"][0]["validations"]] == [
        document.revisions[0].field
    ]
