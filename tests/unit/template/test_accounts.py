"""Who can have an account: software of a firm, and nobody else (P2, P3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from infra.operate.firms import open_firm
from tests.support.cloudformation import PRODUCTION, deployed

NOW = datetime(2027, 1, 15, tzinfo=UTC)


class Accounts:
    """Stands for every AWS service that `open_firm` calls; keeps what Cognito is asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def put_item(self, **_: object) -> None:
        """Store the firm, or the client."""

    def query(self, **_: object) -> dict[str, Any]:
        """Find no client yet."""
        return {"Items": []}

    def transact_write_items(self, **_: object) -> None:
        """Store the client."""

    def create_user_pool_client(self, **asked: object) -> dict[str, Any]:
        """Create a client."""
        self.asked = asked
        return {"UserPoolClient": {"ClientId": "c1", "ClientSecret": "s"}}


def test_people_cannot_register() -> None:
    """P2: the one user pool admits only whom an administrator creates."""
    pools = deployed(PRODUCTION).of("AWS::Cognito::UserPool").values()
    assert [pool["AdminCreateUserConfig"] for pool in pools] == [{"AllowAdminCreateUserOnly": True}]


def test_no_other_site_can_have_people_signed_in_here() -> None:
    """P3: a client for that is neither in the template nor what a firm gets."""
    assert not deployed(PRODUCTION).of("AWS::Cognito::UserPoolClient")
    accounts = Accounts()
    outputs = {"TableName": "t", "UserPoolId": "p"}
    open_firm(lambda _: accounts, outputs, name="Martin", siren=None, now=NOW)
    assert accounts.asked["AllowedOAuthFlows"] == ["client_credentials"]
    assert "CallbackURLs" not in accounts.asked
