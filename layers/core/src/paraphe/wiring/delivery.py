"""Adapters for messages."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from paraphe.domain.requests.model import Notice
    from paraphe.ports.delivery import Letters, Limits, Mailer, Outbox, Sms
    from paraphe.ports.requests import RequestRef


class DeliveryServices(Shared):
    """Adapters for messages."""

    @cached_property
    def limits(self) -> Limits:
        """The counters of what was sent. Needs LIMITS_TABLE_NAME."""
        from paraphe.adapters.clients import dynamodb
        from paraphe.adapters.delivery.send_counters import DynamoLimits

        return DynamoLimits(dynamodb(), self.settings.limits_table_name)

    def notice_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
        """Read a notice from the `NewImage` of a record of the table's stream.

        Raises:
            ValueError: the record is not a notice.

        """
        from paraphe.adapters.dynamodb.rows import notice_of as read

        return read(image)

    @cached_property
    def sms(self) -> Sms:
        """What sends SMS. Takes SMS_SENDER."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.delivery.sns import SnsSms

        return SnsSms(client("sns"), self.settings.sms_sender)

    @cached_property
    def mailer(self) -> Mailer:
        """What sends mails. Needs FROM_ADDRESS, takes CONFIGURATION_SET."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.delivery.ses import SesMailer

        return SesMailer(
            client("sesv2"), self.settings.from_address, self.settings.configuration_set
        )

    @cached_property
    def letters(self) -> Letters:
        """The wording of messages. Needs LINK_BASE_URL or PORTAL_BASE_URL for a link."""
        from paraphe.adapters.delivery.letters import Letters as Wording

        return Wording(lambda: self.settings.link_base_url, lambda: self.settings.portal_base_url)

    @cached_property
    def outbox(self) -> Outbox:
        """Notices whose delivery failed. Needs TABLE_NAME."""
        from paraphe.adapters.clients import dynamodb
        from paraphe.adapters.delivery.outbox import DynamoOutbox

        return DynamoOutbox(dynamodb(), self.settings.table_name)
