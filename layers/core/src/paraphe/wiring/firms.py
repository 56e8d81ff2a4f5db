"""Adapters for firms and their members."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.contracts.firms.contact_columns import ContactFile
    from paraphe.ports.acting import Delegations, Invitations
    from paraphe.ports.api_clients import ApiClients, Credentials
    from paraphe.ports.contact_imports import ContactFiles
    from paraphe.ports.contacts import Contacts
    from paraphe.ports.firms import Expiries, Firms, Members


class FirmServices(Shared):
    """Adapters for firms and their members."""

    @cached_property
    def firms(self) -> Firms:
        """The store of firms. Needs TABLE_NAME."""
        from paraphe.adapters.firms.firm_store import DynamoFirms

        return DynamoFirms(self._dynamodb(), self.settings.table_name)

    @cached_property
    def members(self) -> Members:
        """The store of firms' members. Needs TABLE_NAME."""
        from paraphe.adapters.firms.member_store import DynamoMembers

        return DynamoMembers(self._dynamodb(), self.settings.table_name)

    @cached_property
    def delegations(self) -> Delegations:
        """The store of firms' delegations. Needs TABLE_NAME."""
        from paraphe.adapters.firms.delegation_store import DynamoDelegations

        return DynamoDelegations(self._dynamodb(), self.settings.table_name)

    @cached_property
    def invitations(self) -> Invitations:
        """The store of invitations to be a member. Needs TABLE_NAME."""
        from paraphe.adapters.firms.invitation_store import DynamoInvitations

        return DynamoInvitations(self._dynamodb(), self.settings.table_name)

    @cached_property
    def expiries(self) -> Expiries:
        """When certificates end. Needs TABLE_NAME."""
        from paraphe.adapters.firms.member_store import DynamoExpiries

        return DynamoExpiries(self._dynamodb(), self.settings.table_name)

    @cached_property
    def contacts(self) -> Contacts:
        """Firms' address books. Needs TABLE_NAME."""
        from paraphe.adapters.firms.contact_store import DynamoContacts

        return DynamoContacts(self._dynamodb(), self.settings.table_name)

    @cached_property
    def api_clients(self) -> ApiClients:
        """The firm's API clients. Needs TABLE_NAME."""
        from paraphe.adapters.firms.api_client_store import DynamoApiClients

        return DynamoApiClients(self._dynamodb(), self.settings.table_name)

    @cached_property
    def credentials(self) -> Credentials:
        """The token endpoint's clients. Needs USER_POOL_ID."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.firms.cognito_credentials import CognitoCredentials

        return CognitoCredentials(client("cognito-idp"), self.settings.user_pool_id)

    @cached_property
    def contact_files(self) -> ContactFiles:
        """Where contact lists lie. Needs UPLOADS_BUCKET."""
        from paraphe.adapters.firms.contact_files import S3ContactFiles

        return S3ContactFiles(self._bucket(self.settings.uploads_bucket))

    @cached_property
    def vcards(self) -> Callable[[bytes], ContactFile]:
        """What reads vCards; needs the layer `people`."""
        from paraphe.adapters.firms.vcards import read_vcards

        return read_vcards
