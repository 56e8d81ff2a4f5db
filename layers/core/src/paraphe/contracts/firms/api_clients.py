"""Shapes of the API clients that a firm keeps."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import Instant, Name, NotNull, WithoutNull
from paraphe.contracts.shapes import Sent, told_once
from paraphe.domain.firms.registered_clients import RegisteredClient
from paraphe.ports.api_clients import Issued

Scope = Literal[
    "paraphe/requests.read",
    "paraphe/requests.write",
    "paraphe/documents.read",
    "paraphe/firm.read",
    "paraphe/firm.write",
    "paraphe/firm.manage",
]
Scopes = Annotated[
    tuple[Scope, ...],
    Field(
        min_length=1,
        max_length=6,
        strict=False,  # what a validator has seen is a list, not JSON any more
        description="What its access tokens may be for.",
    ),
]
ClientName = Annotated[Name, Field(description="What you call the software; evidence tells it.")]


class NewApiClient(Sent):
    """Software that shall call the API for the firm."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Production", "scopes": ["paraphe/requests.write"]}]
        }
    )

    name: ClientName
    scopes: Scopes


class ApiClientChanges(Sent):
    """What to change; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"name": "Production"}]}
    )

    name: Annotated[ClientName | None, NotNull, WithoutNull()] = None
    scopes: Annotated[Scopes | None, NotNull, WithoutNull()] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.scopes is None:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return self


class Rotation(Sent):
    """How long the secret before goes on working."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(
        default=168, ge=0, le=720, description="Hours for which the secret before still works."
    )


class CredentialOut(BaseModel):
    """One id at the token endpoint; its secret is told once, when it is made."""

    client_id: str = Field(description="OAuth 2 client_id (RFC 6749 §2.2).")
    created_at: Instant
    expires_at: Instant | None = Field(description="From when on it is refused; null: the newest.")


class ApiClientOut(BaseModel):
    """A piece of the firm's software."""

    id: str = Field(description="`cli_…`; evidence names it by this id and by its name.")
    name: str = Field(description="What you call it.")
    scopes: tuple[str, ...] = Field(description="What its access tokens may be for.")
    credentials: tuple[CredentialOut, ...] = Field(description="The newest last.")
    created_at: Instant
    last_used_at: Instant | None = Field(description="Its last call, to the hour; null: none yet.")

    @classmethod
    def of(cls, client: RegisteredClient) -> Self:
        """Show a client, without any secret."""
        return cls(
            id=client.id,
            name=client.name,
            scopes=client.scopes,
            credentials=tuple(
                CredentialOut(
                    client_id=one.client_id, created_at=one.created_at, expires_at=one.expires_at
                )
                for one in client.credentials
            ),
            created_at=client.created_at,
            last_used_at=client.last_used_at,
        )


class IssuedClient(ApiClientOut):
    """A client with its new secret: this is the only time that it is told."""

    model_config = ConfigDict(json_schema_extra=told_once)

    client_id: str = Field(description="For the token endpoint. Not in a repeated answer.")
    client_secret: str = Field(
        description="For the token endpoint; it is not kept here, so a repeated answer is without."
    )

    @classmethod
    def with_secret(cls, client: RegisteredClient, issued: Issued) -> Self:
        """Show a client with what was issued just now."""
        shown = ApiClientOut.of(client)
        return cls(
            **{name: getattr(shown, name) for name in ApiClientOut.model_fields},
            client_id=issued.client_id,
            client_secret=issued.client_secret,
        )


class ApiClientList(BaseModel):
    """All API clients of the firm."""

    items: tuple[ApiClientOut, ...] = Field(description="Oldest first; 50 at most.")
