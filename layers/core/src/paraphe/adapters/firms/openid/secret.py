"""The client's secret: a SecureString of Systems Manager, never a setting of the template."""

from __future__ import annotations

from typing import Any, Protocol

from paraphe.adapters.faults import calling


class Parameters(Protocol):
    """What is used of boto3's client of Systems Manager."""

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 (boto3)
        """Read a parameter."""
        ...


def read_secret(client: Parameters, name: str) -> str:
    """Return the secret. Raises TransientError, ServiceRefusedError."""
    with calling("ssm:GetParameter"):
        return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
