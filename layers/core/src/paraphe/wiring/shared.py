"""What adapters of several parts are built from: settings, buckets, published roots."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.settings import Settings

if TYPE_CHECKING:
    from cryptography import x509
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.adapters.trust.authority.pki_bucket import PkiBucket

# In the PKI bucket, PEM: the roots under which time-stamps are believed.
TSA_ROOTS = "tsa-roots.pem"


class Shared:
    """What adapters of several parts are built from: settings, buckets, published roots."""

    @cached_property
    def settings(self) -> Settings:
        """What the template says."""
        return Settings()

    def _dynamodb(self) -> DynamoDBClient:
        """The client of the table; tests give another one."""
        from paraphe.adapters.clients import dynamodb

        return dynamodb()

    def _bucket(self, name: str) -> Bucket:
        from paraphe.adapters.clients import client
        from paraphe.adapters.s3.bucket import Bucket

        return Bucket(client("s3"), name)

    @cached_property
    def _published(self) -> PkiBucket:
        """What the ceremony published. Needs PKI_BUCKET."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.trust.authority.pki_bucket import PkiBucket

        return PkiBucket(client("s3"), self.settings.pki_bucket)

    @cached_property
    def _stamp_roots(self) -> tuple[x509.Certificate, ...]:
        from cryptography import x509

        return tuple(x509.load_pem_x509_certificates(self._published.read(TSA_ROOTS)))
