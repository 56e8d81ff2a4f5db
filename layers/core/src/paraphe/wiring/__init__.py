"""The composition root: each adapter is imported and built on first use, once per process.

So a door pays for no library that it does not use: importing this package costs next to nothing.
"""

from paraphe.wiring.archive_adapters import ArchiveServices
from paraphe.wiring.delivery import DeliveryServices
from paraphe.wiring.evidence import EVIDENCE_SEAL, EvidenceServices
from paraphe.wiring.identity import IdentityServices
from paraphe.wiring.requests import RequestServices
from paraphe.wiring.shared import TSA_ROOTS
from paraphe.wiring.signing import SigningServices
from paraphe.wiring.webhook_adapters import WebhookServices

__all__ = ["EVIDENCE_SEAL", "TSA_ROOTS", "AwsServices", "services"]


class AwsServices(
    RequestServices,
    SigningServices,
    EvidenceServices,
    DeliveryServices,
    WebhookServices,
    ArchiveServices,
    IdentityServices,
):
    """`paraphe.services.Services` on AWS, from what the template says."""


services = AwsServices()
