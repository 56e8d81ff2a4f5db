"""Open a firm, give its software an API client, and change what is the firm's (`paraphe firm`).

With a SIREN the firm gets its seal: a P-256 key in KMS and a certificate of 3 years (P21).
Works on AWS and on the laptop: everything it needs are the stack's outputs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding

from infra.operate.authority import authority_of
from infra.operate.stack import leaving
from infra.operate.stamp import give_stamp
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode
from paraphe.adapters.firms.api_client_store import DynamoApiClients
from paraphe.adapters.firms.cognito_credentials import CognitoCredentials
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.firms.member_store import DynamoExpiries
from paraphe.domain import text
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.firms.registered_clients import SCOPES
from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.trust.identities import SealIdentity
from paraphe.usecases.firms.keep_api_clients import MakeApiClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from cryptography.x509 import Certificate

    from paraphe.domain.trust.signatures import Raster

# What the door `seal` may use: its policy names this tag.
SEAL_TAG = {"paraphe:use": "seal"}


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Credentials for OAuth 2 client credentials (RFC 6749 §4.4). The secret is shown once."""

    firm_id: str
    client_id: str
    client_secret: str
    scope: str


class NoSirenError(Exception):
    """A seal names a legal person by its SIREN; this firm has none."""


def open_firm(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    *,
    name: str,
    siren: str | None,
    now: datetime,
    seal_at_end: bool = False,
    stamp: Raster | None = None,
    software: str = "",
) -> ApiClient:
    """Write the firm, give it its seal, and create one API client bound to it.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: of the deployed stack (`TableName`, `UserPoolId`, and those of the authority).
        name: what signers read.
        siren: the firm's number in the French register, 9 digits; None leaves it without a seal.
        now: the instant, UTC.
        seal_at_end: whether every request ends with the firm's seal.
        stamp: the picture that the seal shows where it is placed.
        software: what the firm calls the software that gets the client; evidence tells it.

    Raises:
        UnreadableError: the name holds what cannot be seen, or is blank.
        FileNotFoundError: it has a SIREN, and the ceremony has not been held.
        ConflictError: `siren_taken`.

    """
    shown = text.line(name)
    if not shown:
        raise text.UnreadableError("nothing_visible", "A firm needs a name.")
    if siren is not None:
        authority_of(client_of, outputs)  # no seal without it: nothing is written then
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = Firm(
        id=new_id("frm", now, os.urandom(RANDOM_BYTES)),
        name=shown,
        siren=siren,
        seal_at_end=seal_at_end,
    )
    firms.open(firm)
    left = f"{firm.id} is written down without an API client: forget it, open another"
    with leaving(left), _unclaimed_if_it_fails(firms, firm):
        if siren is not None:
            certify_seal(client_of, outputs, firm.id, now)
        if stamp is not None:
            give_stamp(client_of, outputs, firm.id, stamp)
        registered, issued = _maker(client_of, outputs)(
            _operator(firm.id), software or "API", tuple(SCOPES), now
        )
    return ApiClient(firm.id, issued.client_id, issued.client_secret, " ".join(registered.scopes))


@contextmanager
def _unclaimed_if_it_fails(firms: DynamoFirms, firm: Firm) -> Iterator[None]:
    """Let the next call open a firm for this SIREN if this one does not come to its end."""
    try:
        yield
    except BaseException:
        firms.unclaim(firm)
        raise


def _maker(client_of: Callable[[str], Any], outputs: Mapping[str, str]) -> MakeApiClient:
    return MakeApiClient(
        DynamoApiClients(client_of("dynamodb"), outputs["TableName"]),
        CognitoCredentials(client_of("cognito-idp"), outputs["UserPoolId"]),
        lambda count: os.urandom(count),  # noqa: PLW0108 - as the port names its argument
    )


def _operator(firm_id: str) -> Principal:
    """Whoever opens a firm may give its first client everything."""
    may = frozenset(Capability)
    return Principal(firm_id, PrincipalKind.SYSTEM, "operator", capabilities=may)


def listed(client: Any, table: str) -> list[Firm]:  # noqa: ANN401 - boto3's
    """Return a stack's firms, oldest first; reads the whole table."""
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        # A SIREN's claim has the same sort key.
        FilterExpression="SK = :firm AND begins_with(PK, :prefix)",
        ExpressionAttributeValues={":firm": {"S": keys.FIRM}, ":prefix": {"S": keys.firm("")}},
    )
    found = [decode(Firm, item) for page in pages for item in page["Items"]]
    return sorted(found, key=lambda firm: firm.id)


def certify_seal(
    client_of: Callable[[str], Any], outputs: Mapping[str, str], firm_id: str, now: datetime
) -> Certificate:
    """Issue a certificate of 3 years to a firm's seal, and first a key when it has none.

    Raises:
        NoSirenError: the firm has no SIREN.
        FileNotFoundError: the ceremony has not been held.

    """
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = firms.firm(firm_id)
    if firm.siren is None:
        raise NoSirenError("the firm has no SIREN, and a seal names one")
    stack = authority_of(client_of, outputs)
    key_id = firm.seal_key_id or stack.keys.create(
        f"Paraphe, seal of {firm.id}", {**SEAL_TAG, "paraphe:firm": firm.id}
    )
    identity = SealIdentity(firm.name, firm.siren)
    certificate = stack.authority.certify_seal(identity, key_id, now)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    firms.save(replace(firm, seal_key_id=key_id, seal_certificate=pem))
    expiries = DynamoExpiries(client_of("dynamodb"), outputs["TableName"])
    expiries.note(f"seal {firm.id}", certificate.not_valid_after_utc)
    return certificate


def allow_sending(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    firm_id: str,
    changed: Callable[[Sending], Sending],
) -> Sending:
    """Change what a firm may send; it holds for requests that are made from now on.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: of the deployed stack.
        firm_id: which firm.
        changed: gives what it may from now on, of what it might before.

    """
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = firms.firm(firm_id)
    sending = changed(firm.sending or Sending())
    firms.save(replace(firm, sending=sending))
    return sending
