"""What callers of the HTTP API send and get about the bucket of the firm's archive."""

from typing import Self

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from paraphe.contracts.fields import Instant
from paraphe.contracts.shapes import Answered, Sent
from paraphe.domain.delivery.archive_targets import ArchiveTarget

_BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
_PREFIX = r"^([A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}/){0,8}$"
_REGION = r"^[a-z]{2}(-[a-z]{2,12}){1,3}-[0-9]$"
_ROLE = r"^arn:aws(-[a-z]{2,5}){0,2}:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,128}$"
_EXAMPLE: JsonDict = {
    "bucket": "cabinet-exemple-archive",
    "prefix": "paraphe/",
    "region": "eu-west-3",
    "role_arn": "arn:aws:iam::123456789012:role/paraphe-archive",
}


class NewTarget(Sent):
    """The firm's bucket, and the role of the firm's account that may write there."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    bucket: str = Field(pattern=_BUCKET, description="The bucket's name.")
    prefix: str = Field(
        default="", pattern=_PREFIX, description="What keys begin with; it ends with a slash."
    )
    region: str = Field(pattern=_REGION, description="The bucket's region.")
    role_arn: str = Field(
        pattern=_ROLE, max_length=200, description="The role that Paraphe assumes."
    )


class TargetOut(Answered):
    """Where packages are pushed."""

    bucket: str = Field(description="The bucket's name.")
    prefix: str = Field(description="What keys begin with.")
    region: str = Field(description="The bucket's region.")
    role_arn: str = Field(description="The role that Paraphe assumes.")
    external_id: str = Field(
        description="`sts:ExternalId` for the role's trust policy, made by Paraphe for you alone."
    )
    updated_at: Instant = Field(description="When it was last changed.")

    @classmethod
    def of(cls, target: ArchiveTarget) -> Self:
        """Show a target."""
        return cls(
            bucket=target.bucket,
            prefix=target.prefix,
            region=target.region,
            role_arn=target.role_arn,
            external_id=target.external_id,
            updated_at=target.updated_at,
        )
