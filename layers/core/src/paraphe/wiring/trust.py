"""Adapters for certificates, time-stamps and verification."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import TSA_ROOTS, Shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from paraphe.adapters.trust.authority.built_in import BuiltInAuthority, CertificateAuthority
    from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority
    from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
    from paraphe.adapters.trust.pades.writer.trust import Trust
    from paraphe.domain.trust.evidence_verdict import Verdict
    from paraphe.ports.files import Verifications
    from paraphe.ports.trust import Archivist, Stamper, StatusPublisher, StatusResponder


class TrustServices(Shared):
    """Adapters for certificates, time-stamps and verification."""

    @cached_property
    def stamper(self) -> Stamper:
        """What time-stamps a file. Needs what `_timestamps` needs."""
        from paraphe.adapters.trust.pades.cms.timestamps import FileStamper

        return FileStamper(self._timestamps)

    @cached_property
    def _authority(self) -> CertificateAuthority:
        """The authority that the template chose by PRIVATE_CA_ARN. Needs what its maker needs."""
        return self._private_ca() if self.settings.private_ca_arn else self._built_in

    def _private_ca(self) -> PrivateCaAuthority:
        """AWS Private CA. Needs PRIVATE_CA_ARN, PRIVATE_CA_HOURS, PKI_BUCKET, PKI_BASE_URL."""
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

        published = PkiBucket(client("s3"), self.settings.pki_bucket, PRIVATE_PREFIX)
        return PrivateCaAuthority(
            client("acm-pca"),
            self.settings.private_ca_arn,
            load_private_chain(published.read),
            KmsKeys(client("kms")),
            Publication(self.settings.pki_base_url),
            BucketRevocations(published),
            timedelta(hours=self.settings.private_ca_hours),
        )

    @cached_property
    def _built_in(self) -> BuiltInAuthority:
        """The built-in authority. Needs PKI_BUCKET, ISSUING_CA_KEY_ID, PKI_BASE_URL."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
        from paraphe.adapters.trust.authority.chain import load_chain
        from paraphe.adapters.trust.authority.kms_keys import KmsKeys
        from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations
        from paraphe.adapters.trust.authority.profiles import Publication

        return BuiltInAuthority(
            load_chain(self._published.read),
            KmsKeys(client("kms")),
            self.settings.issuing_ca_key_id,
            Publication(self.settings.pki_base_url),
            BucketRevocations(self._published),
        )

    @cached_property
    def status_responder(self) -> StatusResponder:
        """What answers OCSP. Needs PKI_BUCKET and OCSP_KEY_ID, not the issuing key."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.trust.authority.kms_keys import KmsKeys
        from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations
        from paraphe.adapters.trust.authority.responder import DelegatedResponder

        published = self._published
        return DelegatedResponder(
            published.read,
            KmsKeys(client("kms")),
            self.settings.ocsp_key_id,
            BucketRevocations(published),
        )

    @cached_property
    def status_publisher(self) -> StatusPublisher:
        """What renews the built-in authority's list. Needs what it needs, and OCSP_KEY_ID."""
        from paraphe.adapters.trust.authority.publishing import StatusPublishing

        return StatusPublishing(self._built_in, self._published, self.settings.ocsp_key_id)

    @cached_property
    def _trust(self) -> Trust:
        """Time-stamps with proof about their service. Needs what `_timestamps` needs."""
        from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
        from paraphe.adapters.trust.pades.writer.trust import Trust

        return Trust(self._timestamps, HttpRevocationSource())

    @cached_property
    def _timestamps(self) -> HttpTimestampService:
        """Time-stamps. Needs TSA_URL, and PKI_BUCKET for the roots they are believed under."""
        from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService

        return HttpTimestampService(self.settings.tsa_url, self._stamp_roots)

    @cached_property
    def archivist(self) -> Archivist:
        """What renews archive time-stamps. Needs what `_timestamps` needs."""
        from paraphe.adapters.evidence.archivist import KeptArchivist
        from paraphe.adapters.trust.pdf_archivist import PdfArchivist

        return KeptArchivist(PdfArchivist(self._trust, self._stamp_roots))

    @cached_property
    def verifications(self) -> Verifications:
        """The place of PDFs to verify. Needs UPLOADS_BUCKET."""
        from paraphe.adapters.trust.verification_files import S3Verifications

        return S3Verifications(self._bucket(self.settings.uploads_bucket))

    @cached_property
    def public_url(self) -> str:
        """What the addresses of pages begin with. Needs LINK_BASE_URL."""
        return self.settings.link_base_url

    @cached_property
    def _known_roots(self) -> tuple[bytes, bytes]:
        """The roots that this platform vouches for: for signatures, and for time-stamps."""
        return (self._published.read("root.pem"), self._published.read(TSA_ROOTS))

    @cached_property
    def verifier(self) -> Callable[[bytes, bytes | None, datetime], Verdict]:
        """What judges a stranger's PDF, in a child process with limits. Needs PKI_BUCKET."""
        from paraphe.adapters.trust.verification import confined

        def judge(pdf: bytes, evidence: bytes | None, now: datetime) -> Verdict:
            signing, stamping = self._known_roots
            return confined.check(pdf, evidence, [signing], now, stamp_roots=[stamping])

        return judge
