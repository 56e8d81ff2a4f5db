"""The signer as the wiring builds it: the ceremony's certificates, KMS, a time-stamp service."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import tsa
from infra.local.journey import sample_pdf
from infra.operate import ceremony
from paraphe import wiring
from paraphe.adapters import clients
from paraphe.adapters.trust.authority.kms_keys import KmsKeys
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.authority.tsa import create
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import RequestState, Sender, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from tests.support import judges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paraphe.ports.signing import DocumentSigner
    from tests.integration.adapters.conftest import Aws

BUCKET = "adapters-pki"


@pytest.fixture
def signer(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentSigner]:
    """What `wiring.services.signer` gives on a stack whose ceremony was held."""
    assert aws.emulator.url
    kms: Any = clients.client("kms")
    made = [
        kms.create_key(KeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        for _ in range(3)
    ]
    clients.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    now = datetime.now(UTC) - timedelta(minutes=5)
    published = PkiBucket(clients.client("s3"), BUCKET)
    plan = ceremony.Plan(made[0], made[1], made[2], "http://pki.example.org")
    ceremony.hold(KmsKeys(kms), published, plan, now)
    stamps = create("http://127.0.0.1:1/pki/root.crl", now)
    server = tsa.serve(0, stamps, lambda: datetime.now(UTC))
    port = server.server_address[1]
    stamps = create(f"http://127.0.0.1:{port}/pki/root.crl", now)
    server.server_close()
    server = tsa.serve(int(port), stamps, lambda: datetime.now(UTC))
    published.write(wiring.TSA_ROOTS, stamps.root_pem(), "application/x-pem-file")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in {
        "PKI_BUCKET": BUCKET,
        "PKI_BASE_URL": "http://pki.example.org",
        "ISSUING_CA_KEY_ID": made[1],
        "TSA_URL": f"http://127.0.0.1:{port}/tsa",
    }.items():
        monkeypatch.setenv(name, value)
    yield wiring.AwsServices().signer
    server.shutdown()
    thread.join()
    server.server_close()


def test_two_signers_sign(signer: DocumentSigner, tmp_path: Path) -> None:
    """Each signature is its own revision, and another program calls both valid."""
    pdf = tmp_path / "letter.pdf"
    pdf.write_bytes(sample_pdf(["Lettre de mission"]))
    now = datetime.now(UTC).replace(microsecond=0)
    document = Document(
        "doc_1",
        "letter.pdf",
        1,
        DocumentState.READY,
        sha256=hashlib.sha256(pdf.read_bytes()).hexdigest(),
    )
    recipients = tuple(
        Recipient(f"rcp_{n}", f"slot-{n}", Role.SIGNER, n, name, "x@example.org", "+33600000000")
        for n, name in ((1, "Zoé Müller"), (2, "Noé Petit"))
    )
    request = SignatureRequest(
        firm_id="frm_1",
        id="sr_1",
        title="Lettre",
        sender=Sender("usr_1", "Claire", "claire@example.org"),
        created_at=now,
        updated_at=now,
        state=RequestState.ACTIVE,
        documents=(document,),
        recipients=recipients,
    )
    for recipient in recipients:
        revision = signer.sign(request, document, recipient, f"cmd_{recipient.id}", pdf, now)
        assert revision.sha256 == hashlib.sha256(pdf.read_bytes()).hexdigest()
        assert revision.size == pdf.stat().st_size
        document = document.with_revision(revision)
        request = replace(request, documents=(document,))
    said = judges.pdfsig(pdf.read_bytes())
    assert said.count("Signature is Valid.") == 2
    # Debian 12's Poppler does not judge document time-stamps.
    assert set(said) <= {"Signature is Valid.", "Signature has not yet been verified."}
    assert judges.qpdf_complaints(pdf.read_bytes()) == ""
