"""`WebhookSeals` on KMS: a secret is encrypted for one endpoint, by its encryption context."""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections import OrderedDict
from typing import TYPE_CHECKING

from paraphe.adapters.faults import calling

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

    from paraphe.domain.delivery.webhook_endpoints import Secret
    from paraphe.ports.webhook_ports import EndpointRef

# Opened secrets that one process remembers: KMS is asked once for each, not once a message.
MOST_REMEMBERED = 256


class KmsWebhookSeals:
    """Keeps `WebhookSeals`."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id
        self._opened: OrderedDict[tuple[EndpointRef, str], str] = OrderedDict()
        self._remembering = threading.Lock()

    def seal(self, ref: EndpointRef, secret: str) -> str:
        """Keep `WebhookSeals.seal`."""
        with calling("kms:Encrypt"):
            answer = self._client.encrypt(
                KeyId=self._key_id, Plaintext=secret.encode(), EncryptionContext=_context(ref)
            )
        return b64encode(answer["CiphertextBlob"]).decode()

    def open(self, ref: EndpointRef, secret: Secret) -> str:
        """Keep `WebhookSeals.open`."""
        with self._remembering:
            known = self._opened.get((ref, secret.sealed))
        if known is not None:
            return known
        with calling("kms:Decrypt"):
            answer = self._client.decrypt(
                KeyId=self._key_id,
                CiphertextBlob=b64decode(secret.sealed),
                EncryptionContext=_context(ref),
            )
        opened = answer["Plaintext"].decode()
        with self._remembering:
            self._opened[ref, secret.sealed] = opened
            if len(self._opened) > MOST_REMEMBERED:
                self._opened.popitem(last=False)
        return opened


def _context(ref: EndpointRef) -> dict[str, str]:
    return {"firm": ref.firm_id, "webhook": ref.webhook_id}
