"""Adapters for signing in: the identity provider, the register, people, sessions."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from paraphe.ports.identity import (
        Enrolment,
        IdentityProvider,
        People,
        ProfessionalRegister,
        Sessions,
        SignIns,
    )


class IdentityServices(Shared):
    """Adapters for signing in: the identity provider, the register, people, sessions."""

    @cached_property
    def identity_provider(self) -> IdentityProvider:
        """The profession's sign-in. Needs OIDC_ISSUER and OIDC_CLIENT_ID."""
        from paraphe import clock
        from paraphe.adapters.firms.openid.configuration import Claims, Configuration
        from paraphe.adapters.firms.openid.fetching import HttpFetcher
        from paraphe.adapters.firms.openid.provider import OpenIdProvider

        settings = self.settings
        configuration = Configuration(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=lambda: self._client_secret,
            claims=Claims.read(settings.oidc_claims),
        )
        return OpenIdProvider(configuration, HttpFetcher(), clock.now)

    @cached_property
    def _client_secret(self) -> str:
        """Our secret at the identity provider. May need OIDC_SECRET_PARAMETER."""
        name = self.settings.oidc_secret_parameter
        if not name:
            return ""
        from paraphe.adapters.clients import client
        from paraphe.adapters.firms.openid.secret import read_secret

        return read_secret(client("ssm"), name)

    @cached_property
    def professional_register(self) -> ProfessionalRegister:
        """Who is a chartered accountant. Needs TABLE_NAME; REGISTER_SOURCE says which of two."""
        from paraphe.adapters.firms.registers import ClaimRegister, ImportedRegister

        if self.settings.register_source == "claim":
            return ClaimRegister()
        return ImportedRegister(self._dynamodb(), self.settings.table_name)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Sign-ins that have begun. Needs LIMITS_TABLE_NAME."""
        from paraphe.adapters.firms.session_store import DynamoSignIns

        return DynamoSignIns(self._dynamodb(), self.settings.limits_table_name)

    @cached_property
    def people(self) -> People:
        """Persons who may be in the portal. Needs TABLE_NAME."""
        from paraphe.adapters.firms.people_store import DynamoPeople

        return DynamoPeople(self._dynamodb(), self.settings.table_name)

    @cached_property
    def sessions(self) -> Sessions:
        """Their sessions. Needs TABLE_NAME."""
        from paraphe.adapters.firms.session_store import DynamoSessions

        return DynamoSessions(self._dynamodb(), self.settings.table_name)

    @cached_property
    def enrolment(self) -> Enrolment:
        """What asks the door that holds keys. Needs ENROLMENT_SOURCE."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.firms.enrolment_desk import EventEnrolment

        return EventEnrolment(client("events"), self.settings.enrolment_source)

    @cached_property
    def portal_url(self) -> str:
        """The portal's address. Needs PORTAL_BASE_URL."""
        return self.settings.portal_base_url
