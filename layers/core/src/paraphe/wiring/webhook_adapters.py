"""Adapters for webhooks."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from paraphe.domain.evidence.audit import Event
    from paraphe.ports.requests import RequestRef
    from paraphe.ports.webhook_ports import (
        EndpointRef,
        WebhookLetters,
        WebhookLog,
        Webhooks,
        WebhookSeals,
        WebhookSender,
        WebhookSubjects,
    )


class WebhookServices(Shared):
    """Adapters for webhooks."""

    @cached_property
    def webhooks(self) -> Webhooks:
        """The store of endpoints. Needs WEBHOOKS_TABLE_NAME."""
        from paraphe.adapters.delivery.webhook_store import DynamoWebhooks

        return DynamoWebhooks(self._dynamodb(), self.settings.webhooks_table_name)

    @cached_property
    def webhook_log(self) -> WebhookLog:
        """The store of deliveries. Needs WEBHOOKS_TABLE_NAME."""
        from paraphe.adapters.delivery.webhook_log import DynamoWebhookLog

        return DynamoWebhookLog(self._dynamodb(), self.settings.webhooks_table_name)

    @cached_property
    def webhook_seals(self) -> WebhookSeals:
        """What encrypts secrets. Needs WEBHOOK_KEY_ID."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.delivery.webhook_seals import KmsWebhookSeals

        return KmsWebhookSeals(client("kms"), self.settings.webhook_key_id)

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        """What posts messages. Takes LOOPBACK_WEBHOOKS."""
        from paraphe.adapters.delivery.webhook_sender import HttpWebhookSender

        return HttpWebhookSender(loopback=self.settings.loopback_webhooks)

    @cached_property
    def webhook_letters(self) -> WebhookLetters:
        """What a firm is told of its webhooks."""
        from paraphe.adapters.delivery.letters.to_firms import FirmLetters

        return FirmLetters()

    @cached_property
    def webhook_subjects(self) -> WebhookSubjects:
        """What messages say of a request. Needs TABLE_NAME."""
        from paraphe.adapters.delivery.webhook_subjects import DynamoWebhookSubjects

        return DynamoWebhookSubjects(self._dynamodb(), self.settings.table_name)

    def webhook_event_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Event]:
        """Read an audit event off the table's stream, and whose it is.

        Raises:
            ValueError: the record is not an event of a request.

        """
        from paraphe.adapters.dynamodb.keys import ref_of
        from paraphe.adapters.dynamodb.rows import event_of

        return ref_of(image["PK"]["S"]), event_of(image)

    def webhook_asked_of(self, image: Mapping[str, Any]) -> EndpointRef:
        """Read off the webhooks' stream which endpoint somebody waits for.

        Raises:
            ValueError: the record is nothing that is owed.

        """
        from paraphe.adapters.delivery.webhook_items import endpoint_ref

        return endpoint_ref(image)
