"""An AWS account with one stack, as far as operators' commands look before they are refused."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTPUTS = {
    name: name.lower()
    for name in (
        *("TableName", "UserPoolId", "PkiBucketName", "PkiBaseUrl", "DocumentsBucket"),
        *("EvidenceBucket", "RootKeyId", "IssuingKeyId", "OcspKeyId", "EvidenceSealKeyId"),
    )
}


def refused(code: str, operation: str, message: str = "No.") -> ClientError:
    """What boto3 raises when a service says no."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class FakeAccount:
    """An empty stack: no key there, none can be made, no API client either.

    Attributes:
        stacks: outputs by stack.
        asked: services that a client was made of.
        rows: what was written, by partition and sort key.
        published: files under `pki/`, by name; none until the ceremony.

    """

    stacks: dict[str, dict[str, str]] = field(default_factory=lambda: {"paraphe": OUTPUTS})
    asked: list[str] = field(default_factory=list)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    published: dict[str, bytes] = field(default_factory=dict)
    meta: Any = field(default_factory=lambda: SimpleNamespace(region_name="eu-west-3"))

    def client(self, service: str) -> Any:  # noqa: ANN401 - as boto3
        """Make a client: this, for every service."""
        self.asked.append(service)
        return self

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        """Look for a stack."""
        if StackName not in self.stacks:
            gone = f"Stack with id {StackName} does not exist"
            raise refused("ValidationError", "DescribeStacks", gone)
        outputs = self.stacks[StackName].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs]}]}

    def get_public_key(self, **_: object) -> dict[str, Any]:
        """Find no key."""
        raise refused("NotFoundException", "GetPublicKey")

    def create_key(self, **_: object) -> dict[str, Any]:
        """Refuse."""
        raise refused("LimitExceededException", "CreateKey")

    def get_object(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's arguments
        """Read a published file, or say that there is none."""
        name = asked["Key"].removeprefix("pki/")
        if name not in self.published:
            raise refused("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.published[name])}

    def get_item(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's arguments
        """Read a row."""
        found = self.rows.get(_key(asked["Key"]))
        return {"Item": found} if found else {}

    def put_item(self, **asked: Any) -> None:  # noqa: ANN401 - boto3's arguments
        """Write a row."""
        self.rows[_key(asked["Item"])] = asked["Item"]

    def transact_write_items(self, **asked: Any) -> None:  # noqa: ANN401 - boto3's arguments
        """Write rows."""
        for write in asked["TransactItems"]:
            self.put_item(**write["Put"])

    def query(self, **_: object) -> dict[str, Any]:
        """Find nothing."""
        return {"Items": []}

    def create_user_pool_client(self, **_: object) -> dict[str, Any]:
        """Refuse."""
        raise refused("LimitExceededException", "CreateUserPoolClient")

    def get_paginator(self, operation: str) -> FakeAccount:
        """Page through nothing: reading a whole table is not allowed."""
        assert operation == "scan"
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, Any]]:
        """Refuse."""
        raise refused("AccessDeniedException", "Scan", "You may\nnot scan.")


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]
