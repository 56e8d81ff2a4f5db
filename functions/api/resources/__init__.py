"""The resources of the API, one module each."""

from api.operations import Resource
from api.resources import (
    api_clients,
    audit_heads,
    bulk_launches,
    contact_imports,
    contacts,
    delegations,
    documents,
    evidence,
    invitations,
    lifecycle,
    members,
    recipients,
    seals,
    signature_requests,
    templates,
    trail,
    webhook_deliveries,
    webhooks,
)

RESOURCES: tuple[Resource, ...] = (
    signature_requests.resource,
    documents.resource,
    recipients.resource,
    lifecycle.resource,
    seals.resource,
    trail.resource,
    evidence.resource,
    audit_heads.resource,
    webhooks.resource,
    webhook_deliveries.resource,
    templates.resource,
    bulk_launches.resource,
    contacts.resource,
    members.resource,
    invitations.resource,
    delegations.resource,
    api_clients.resource,
    contact_imports.resource,
)
