"""The composition root: each adapter is imported and built on first use, once per process.

So a door pays for no library that it does not use: importing this module costs next to nothing.
"""
# ruff: noqa: PLC0415 - importing late is what this module is for

from __future__ import annotations

import functools
import importlib.metadata
import os
from typing import TYPE_CHECKING

from paraphe import VERSION
from paraphe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from cryptography import x509

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.adapters.trust.authority.built_in import BuiltInAuthority, CertificateAuthority
    from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
    from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority
    from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
    from paraphe.adapters.trust.pades.writer.trust import Trust
    from paraphe.domain.requests.inspection import Accepted, Refused
    from paraphe.domain.requests.model import Notice
    from paraphe.domain.trust.evidence_verdict import Verdict
    from paraphe.domain.trust.signatures import Raster
    from paraphe.ports.delivery import Letters, Limits, Mailer, Outbox, Sms
    from paraphe.ports.evidence import ChainHeads, EvidenceFiles, EvidenceMaker, HeadFiles
    from paraphe.ports.files import Files, Uploads, Verifications, Workspace
    from paraphe.ports.firms import Expiries, Firms, Members
    from paraphe.ports.requests import Actors, RequestRef, Requests
    from paraphe.ports.signing import Codes, DocumentSigner, Links
    from paraphe.ports.system import Entropy
    from paraphe.ports.trust import Archivist, Stamper, StatusPublisher, StatusResponder

# In the PKI bucket, PEM: the roots under which time-stamps are believed.
TSA_ROOTS = "tsa-roots.pem"
# Likewise, DER: the platform's seal on evidence.
EVIDENCE_SEAL = "evidence-seal.cer"


@functools.cache
def settings() -> Settings:
    """Give what the template says."""
    return Settings()


@functools.cache
def requests() -> Requests:
    """Give the store of signature requests. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.requests.request_store import DynamoRequests

    return DynamoRequests(dynamodb(), settings().table_name)


@functools.cache
def firms() -> Firms:
    """Give the store of firms. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.firms.firm_store import DynamoFirms

    return DynamoFirms(dynamodb(), settings().table_name)


@functools.cache
def members() -> Members:
    """Give the store of firms' members. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.firms.member_store import DynamoMembers

    return DynamoMembers(dynamodb(), settings().table_name)


@functools.cache
def limits() -> Limits:
    """Give the counters of what was sent. Needs LIMITS_TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.delivery.send_counters import DynamoLimits

    return DynamoLimits(dynamodb(), settings().limits_table_name)


@functools.cache
def expiries() -> Expiries:
    """Give when certificates end. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.firms.member_store import DynamoExpiries

    return DynamoExpiries(dynamodb(), settings().table_name)


def notice_of(image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
    """Read a notice from the `NewImage` of a record of the table's stream.

    Raises:
        ValueError: the record is not a notice.

    """
    from paraphe.adapters.dynamodb.rows import notice_of as read

    return read(image)


@functools.cache
def _bucket(name: str) -> Bucket:
    from paraphe.adapters.clients import client
    from paraphe.adapters.s3.bucket import Bucket

    return Bucket(client("s3"), name)


@functools.cache
def files() -> Files:
    """Give where documents lie. Needs UPLOADS_BUCKET and DOCUMENTS_BUCKET when they are used."""
    from paraphe.adapters.requests.document_files import S3Files

    return S3Files(
        lambda: _bucket(settings().uploads_bucket), lambda: _bucket(settings().documents_bucket)
    )


@functools.cache
def uploads() -> Uploads:
    """Give where uploads lie. Needs UPLOADS_BUCKET."""
    from paraphe.adapters.requests.uploaded_files import S3Uploads

    return S3Uploads(_bucket(settings().uploads_bucket))


@functools.cache
def links() -> Links:
    """Give the maker of link tokens. Needs LINK_KEY_ID."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.signing.kms_secrets import KmsLinks

    return KmsLinks(client("kms"), settings().link_key_id)


@functools.cache
def codes() -> Codes:
    """Give the maker and checker of codes. Needs CODE_KEY_ID."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.signing.kms_secrets import KmsCodes

    return KmsCodes(client("kms"), settings().code_key_id)


@functools.cache
def sms() -> Sms:
    """Give what sends SMS. Takes SMS_SENDER."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.delivery.sns import SnsSms

    return SnsSms(client("sns"), settings().sms_sender)


@functools.cache
def mailer() -> Mailer:
    """Give what sends mails. Needs FROM_ADDRESS, takes CONFIGURATION_SET."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.delivery.ses import SesMailer

    return SesMailer(client("sesv2"), settings().from_address, settings().configuration_set)


@functools.cache
def actors() -> Actors:
    """Give the executions. Needs STATE_MACHINE_ARN for starting and asking, not for waking."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.requests.executions import StepFunctionsActors

    return StepFunctionsActors(client("stepfunctions"), lambda: settings().state_machine_arn)


@functools.cache
def letters() -> Letters:
    """Give the wording of messages. Needs LINK_BASE_URL when a link is written."""
    from paraphe.adapters.delivery.letters import Letters as Wording

    return Wording(lambda: settings().link_base_url)


@functools.cache
def signer() -> DocumentSigner:
    """Give what makes signatures. Needs what `_authority` and `_trust` need."""
    from paraphe.adapters.trust.document_signer import PadesDocumentSigner

    return PadesDocumentSigner(_authority(), _trust())


@functools.cache
def sealer() -> DocumentSigner:
    """Give what makes the firms' seals.

    Needs what `signer` needs, TABLE_NAME, and DOCUMENTS_BUCKET for the firms' stamps.
    """
    import hashlib

    from cryptography import x509

    from paraphe.adapters.trust.document_signer import PadesDocumentSealer, SealKey
    from paraphe.domain.errors import ConflictError, NotFoundError
    from paraphe.domain.signing import visible_marks

    def seal_of(firm_id: str) -> SealKey:
        firm = firms().firm(firm_id)
        if firm.seal_certificate is None or firm.seal_key_id is None:
            raise NotFoundError("no_seal", "This firm has no seal.")
        certificate = x509.load_pem_x509_certificate(firm.seal_certificate.encode())
        return SealKey(certificate, firm.seal_key_id)

    def stamp_of(firm_id: str) -> Raster | None:
        firm = firms().firm(firm_id)
        if firm.seal_stamp_key is None:
            return None
        content = _bucket(settings().documents_bucket).read(
            firm.seal_stamp_key, visible_marks.MAX_BYTES
        )
        if hashlib.sha256(content or b"").hexdigest() != firm.seal_stamp_sha256:
            raise ConflictError("hash_mismatch", "The stored stamp is not the one written down.")
        return visible_marks.raster_of(content or b"")

    return PadesDocumentSealer(_authority(), _trust(), seal_of, stamp_of)


@functools.cache
def evidence_maker() -> EvidenceMaker:
    """Give what makes evidence files. Needs what `signer` needs, and EVIDENCE_SEAL_KEY_ID."""
    from cryptography import x509

    from paraphe.adapters.evidence.maker import SealingEvidenceMaker
    from paraphe.adapters.trust.authority.profiles import POLICY_ARC, POLICY_VERSION
    from paraphe.domain.evidence.account import About
    from paraphe.usecases.signing.sign_in_browser import CONSENT_VERSION

    certificate = x509.load_der_x509_certificate(_published().read(EVIDENCE_SEAL))
    validator = f"pyHanko {importlib.metadata.version('pyhanko')}"
    software = {"name": "paraphe", "version": VERSION, "validator": validator}
    about = About(software, POLICY_ARC, POLICY_VERSION, CONSENT_VERSION)
    key_id = settings().evidence_seal_key_id
    return SealingEvidenceMaker(_authority(), _trust(), certificate, key_id, about, _stamp_roots())


@functools.cache
def evidence_files() -> EvidenceFiles:
    """Give where evidence is kept. Needs EVIDENCE_BUCKET."""
    from paraphe.adapters.evidence.evidence_files import S3EvidenceFiles

    return S3EvidenceFiles(_bucket(settings().evidence_bucket))


@functools.cache
def outbox() -> Outbox:
    """Give notices whose delivery failed. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.delivery.outbox import DynamoOutbox

    return DynamoOutbox(dynamodb(), settings().table_name)


@functools.cache
def chain_heads() -> ChainHeads:
    """Give where the audit chains stand. Needs TABLE_NAME."""
    from paraphe.adapters.clients import dynamodb
    from paraphe.adapters.evidence.chain_heads import DynamoChainHeads

    return DynamoChainHeads(dynamodb(), settings().table_name)


@functools.cache
def head_files() -> HeadFiles:
    """Give where the days' heads are kept. Needs EVIDENCE_BUCKET."""
    from paraphe.adapters.evidence.head_files import S3HeadFiles

    return S3HeadFiles(_bucket(settings().evidence_bucket))


@functools.cache
def stamper() -> Stamper:
    """Give what time-stamps a file. Needs what `_timestamps` needs."""
    from paraphe.adapters.trust.pades.cms.timestamps import FileStamper

    return FileStamper(_timestamps())


@functools.cache
def _published() -> PkiBucket:
    """Give what the ceremony published. Needs PKI_BUCKET."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.trust.authority.pki_bucket import PkiBucket

    return PkiBucket(client("s3"), settings().pki_bucket)


@functools.cache
def _authority() -> CertificateAuthority:
    """Give the authority that the template chose by PRIVATE_CA_ARN. Needs what its maker needs."""
    return _private_ca() if settings().private_ca_arn else _built_in()


def _private_ca() -> PrivateCaAuthority:
    """Give AWS Private CA. Needs PRIVATE_CA_ARN, PRIVATE_CA_HOURS, PKI_BUCKET, PKI_BASE_URL."""
    from datetime import timedelta

    from paraphe.adapters.clients import client
    from paraphe.adapters.trust.authority.chain import load_private_chain
    from paraphe.adapters.trust.authority.kms_keys import KmsKeys
    from paraphe.adapters.trust.authority.pki_bucket import (
        PRIVATE_PREFIX,
        BucketRevocations,
        PkiBucket,
    )
    from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority
    from paraphe.adapters.trust.authority.profiles import Publication

    published = PkiBucket(client("s3"), settings().pki_bucket, PRIVATE_PREFIX)
    return PrivateCaAuthority(
        client("acm-pca"),
        settings().private_ca_arn,
        load_private_chain(published.read),
        KmsKeys(client("kms")),
        Publication(settings().pki_base_url),
        BucketRevocations(published),
        timedelta(hours=settings().private_ca_hours),
    )


@functools.cache
def _built_in() -> BuiltInAuthority:
    """Give the built-in authority. Needs PKI_BUCKET, ISSUING_CA_KEY_ID, PKI_BASE_URL."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
    from paraphe.adapters.trust.authority.chain import load_chain
    from paraphe.adapters.trust.authority.kms_keys import KmsKeys
    from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations
    from paraphe.adapters.trust.authority.profiles import Publication

    return BuiltInAuthority(
        load_chain(_published().read),
        KmsKeys(client("kms")),
        settings().issuing_ca_key_id,
        Publication(settings().pki_base_url),
        BucketRevocations(_published()),
    )


@functools.cache
def status_responder() -> StatusResponder:
    """Give what answers OCSP. Needs PKI_BUCKET and OCSP_KEY_ID, not the issuing key."""
    from paraphe.adapters.clients import client
    from paraphe.adapters.trust.authority.kms_keys import KmsKeys
    from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations
    from paraphe.adapters.trust.authority.responder import DelegatedResponder

    published = _published()
    return DelegatedResponder(
        published.read,
        KmsKeys(client("kms")),
        settings().ocsp_key_id,
        BucketRevocations(published),
    )


@functools.cache
def status_publisher() -> StatusPublisher:
    """Give what renews the built-in authority's list. Needs what it needs, and OCSP_KEY_ID."""
    from paraphe.adapters.trust.authority.publishing import StatusPublishing

    return StatusPublishing(_built_in(), _published(), settings().ocsp_key_id)


@functools.cache
def _trust() -> Trust:
    """Give time-stamps with proof about their service. Needs what `_timestamps` needs."""
    from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
    from paraphe.adapters.trust.pades.writer.trust import Trust

    return Trust(_timestamps(), HttpRevocationSource())


@functools.cache
def _timestamps() -> HttpTimestampService:
    """Give time-stamps. Needs TSA_URL, and PKI_BUCKET for the roots they are believed under."""
    from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService

    return HttpTimestampService(settings().tsa_url, _stamp_roots())


@functools.cache
def _stamp_roots() -> tuple[x509.Certificate, ...]:
    from cryptography import x509

    return tuple(x509.load_pem_x509_certificates(_published().read(TSA_ROOTS)))


@functools.cache
def archivist() -> Archivist:
    """Give what renews archive time-stamps. Needs what `_timestamps` needs."""
    from paraphe.adapters.evidence.archivist import KeptArchivist
    from paraphe.adapters.trust.pdf_archivist import PdfArchivist

    return KeptArchivist(PdfArchivist(_trust(), _stamp_roots()))


@functools.cache
def verifications() -> Verifications:
    """Give the place of PDFs to verify. Needs UPLOADS_BUCKET."""
    from paraphe.adapters.trust.verification_files import S3Verifications

    return S3Verifications(_bucket(settings().uploads_bucket))


def public_url() -> str:
    """Give what the addresses of pages begin with. Needs LINK_BASE_URL."""
    return settings().link_base_url


@functools.cache
def _known_roots() -> tuple[bytes, bytes]:
    """Give the roots that this platform vouches for: for signatures, and for time-stamps."""
    return (_published().read("root.pem"), _published().read(TSA_ROOTS))


def verifier() -> Callable[[bytes, bytes | None, datetime], Verdict]:
    """Give what judges a stranger's PDF, in a child process with limits. Needs PKI_BUCKET."""
    from paraphe.adapters.trust.verification import confined

    def judge(pdf: bytes, evidence: bytes | None, now: datetime) -> Verdict:
        signing, stamping = _known_roots()
        return confined.check(pdf, evidence, [signing], now, stamp_roots=[stamping])

    return judge


def inspector() -> Callable[[Path, Path, Path], Accepted | Refused]:
    """Give what judges an uploaded file, writes its normal form and draws its pages."""
    from paraphe.adapters.requests.inspection import inspect_pdf

    return lambda upload, document, pages: inspect_pdf(upload, document, folder=pages)


@functools.cache
def workspace() -> Workspace:
    """Give room for files."""
    from paraphe.adapters.workspace import TemporaryWorkspace

    return TemporaryWorkspace()


def entropy() -> Entropy:
    """Give the operating system's chance."""
    return _chance


def _chance(count: int) -> bytes:
    return os.urandom(count)
