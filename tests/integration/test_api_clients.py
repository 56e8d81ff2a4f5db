"""A firm's API clients at the real token endpoint: made, renewed, revoked; ended by the sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.local.journey import JourneyError, Software
from tests.integration.conftest import sweep

if TYPE_CHECKING:
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Clock

HOUR = 3600


def acting(software: Software, made: dict[str, Any]) -> Software:
    """The software that was given these credentials."""
    return Software(software.url, software.token_url, made["client_id"], made["client_secret"])


def has_token(software: Software) -> bool:
    """Whether the token endpoint still knows its secret."""
    try:
        software.token()
    except JourneyError:
        return False
    return True


def test_a_client_from_its_making_to_its_end(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """Scopes bind, two secrets overlap, the sweep ends the older one, a revoked one is refused."""
    scopes = ["paraphe/requests.read"]
    made = software.ask("POST", "/api_clients", {"name": "Export", "scopes": scopes})
    path = f"/api_clients/{made['id']}"
    first = acting(software, made)
    assert first.call("GET", "/signature_requests").status == 200
    # API Gateway itself turns a token without the scope away.
    assert first.call("GET", "/contacts").json["code"] == "not_authenticated"
    assert software.ask("GET", path)["last_used_at"] is not None
    wider = [*scopes, "paraphe/firm.read"]
    software.ask("PATCH", path, {"scopes": wider})
    fresh = acting(software, made)
    assert fresh.call("GET", "/contacts").status == 200

    second = acting(software, software.ask("POST", f"{path}/rotate", {"overlap_hours": 1}))
    assert has_token(first)
    assert has_token(second)
    clock.ahead(HOUR + 1)
    assert first.call("GET", "/signature_requests").json["code"] == "secret_ended"
    sweep(platform)
    assert not has_token(first)
    assert second.call("GET", "/signature_requests").status == 200

    assert software.call("DELETE", path).status == 204
    assert second.call("GET", "/signature_requests").json["code"] == "unknown_client"
    assert not has_token(second)
