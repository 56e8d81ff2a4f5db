"""What adapters of several parts are built from: settings, buckets, published roots."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.ports.calls import CallTerms
from paraphe.settings import Settings

if TYPE_CHECKING:
    from typing import Self

    from cryptography import x509
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
    from paraphe.ports.calls import Calls, RateLimits

# In the PKI bucket, PEM: the roots under which time-stamps are believed.
TSA_ROOTS = "tsa-roots.pem"


class Shared:
    """What adapters of several parts are built from: settings, buckets, published roots."""

    @cached_property
    def settings(self) -> Settings:
        """What the template says."""
        return Settings()

    _terms = CallTerms()

    def within(self, terms: CallTerms) -> Self:
        """Keep `Services.within`: every store is built anew, on a client that keeps the terms."""
        twin = copy.copy(self)
        for name in tuple(vars(twin)):
            if isinstance(getattr(type(self), name, None), cached_property):
                del vars(twin)[name]
        twin._terms = terms  # noqa: SLF001 - its own kind
        return twin

    def _plain_dynamodb(self) -> DynamoDBClient:
        """The client of DynamoDB; tests give another one."""
        from paraphe.adapters.clients import dynamodb

        return dynamodb()

    def _dynamodb(self) -> DynamoDBClient:
        """The client of the table, for whatever an act writes: within the terms of its call."""
        if self._terms == CallTerms():
            return self._plain_dynamodb()
        return self._within_terms

    @cached_property
    def _within_terms(self) -> DynamoDBClient:
        """One for all stores of a call: the first of them to write says that it was done."""
        from paraphe.adapters.dynamodb.call_terms import within

        return within(self._plain_dynamodb(), self.settings.table_name, self._terms)

    @cached_property
    def calls(self) -> Calls:
        """Calls that have acted. Needs TABLE_NAME."""
        from paraphe.adapters.dynamodb.call_store import DynamoCalls

        return DynamoCalls(self._plain_dynamodb(), self.settings.table_name)

    @cached_property
    def rate_limits(self) -> RateLimits:
        """How many calls a client may send. Needs LIMITS_TABLE_NAME."""
        from paraphe.adapters.clients import brief_dynamodb
        from paraphe.adapters.dynamodb.rate_limits import DynamoRateLimits
        from paraphe.domain.rate_limits import RatePolicy

        settings = self.settings
        policy = RatePolicy(settings.api_burst, settings.api_per_second)
        return DynamoRateLimits(brief_dynamodb(), settings.limits_table_name, policy)

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
