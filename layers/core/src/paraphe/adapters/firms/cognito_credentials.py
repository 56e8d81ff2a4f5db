"""`Credentials` at Cognito: an app client of the stack's user pool for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.ports.api_clients import Issued

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Software only: nobody registers (P2), and no other site has people signed in here (P3).
_FLOWS: dict[str, Any] = {
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthFlowsUserPoolClient": True,
}


class CognitoCredentials:
    """Keeps `Credentials`."""

    def __init__(self, client: CognitoIdentityProviderClient, user_pool_id: str) -> None:
        self._client = client
        self._pool = user_pool_id

    def issue(self, name: str, scopes: tuple[str, ...]) -> Issued:
        """Keep `Credentials.issue`."""
        with calling("cognito-idp:CreateUserPoolClient"):
            answer = self._client.create_user_pool_client(
                UserPoolId=self._pool,
                ClientName=name,
                GenerateSecret=True,
                AllowedOAuthScopes=list(scopes),
                **_FLOWS,
            )
        made = answer["UserPoolClient"]
        return Issued(made["ClientId"], made["ClientSecret"])

    def limit(self, client_id: str, name: str, scopes: tuple[str, ...]) -> None:
        """Keep `Credentials.limit`: what is not said again would get Cognito's default."""
        with calling("cognito-idp:UpdateUserPoolClient"):
            self._client.update_user_pool_client(
                UserPoolId=self._pool,
                ClientId=client_id,
                ClientName=name,
                AllowedOAuthScopes=list(scopes),
                **_FLOWS,
            )

    def end(self, client_id: str) -> None:
        """Keep `Credentials.end`."""
        try:
            with calling("cognito-idp:DeleteUserPoolClient"):
                self._client.delete_user_pool_client(UserPoolId=self._pool, ClientId=client_id)
        except ServiceRefusedError as refused:
            if refused.code != "ResourceNotFoundException":
                raise
