"""The one registry of services: what doors and use cases may ask for.

`paraphe.wiring.services` keeps it on AWS, `tests.support.services` in memory. Each service is built
when it is first asked for. Use cases name the ports that they need as fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from paraphe.ports.archive_exports import ArchiveServices
from paraphe.ports.calls import CallServices
from paraphe.ports.delivery import DeliveryServices
from paraphe.ports.evidence import EvidenceServices
from paraphe.ports.firms import FirmServices
from paraphe.ports.identity import IdentityServices
from paraphe.ports.request_services import RequestServices
from paraphe.ports.signing import SigningServices
from paraphe.ports.trust import TrustServices
from paraphe.ports.webhook_ports import WebhookServices

if TYPE_CHECKING:
    from paraphe.ports.calls import CallTerms


class Services(
    RequestServices,
    SigningServices,
    TrustServices,
    EvidenceServices,
    FirmServices,
    IdentityServices,
    DeliveryServices,
    WebhookServices,
    ArchiveServices,
    CallServices,
    Protocol,
):
    """Every adapter behind its port; each part declares its own."""

    def within(self, terms: CallTerms) -> Services:
        """Return these services for one call: whatever they write keeps its terms."""
        ...
