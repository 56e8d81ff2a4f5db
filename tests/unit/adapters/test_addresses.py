"""Addresses of S3 that leave us, and what S3 says of objects that are not there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from paraphe.adapters import clients
from paraphe.adapters.s3 import presigned
from paraphe.adapters.s3.bucket import Bucket
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.domain.errors import GoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def region(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The environment that Lambda gives in a region."""
    name = str(request.param)
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    clients.forget()
    yield name
    clients.forget()


@pytest.mark.parametrize("region", ["eu-west-3", "eu-south-2", "us-east-1"], indirect=True)
def test_presigned_addresses_are_those_of_the_buckets_region(region: str) -> None:
    """The global endpoint redirects for new regions, which breaks forms and signatures."""
    bucket = Bucket(clients.client("s3"), "paraphe-prod-uploads")
    host = f"https://paraphe-prod-uploads.s3.{region}.amazonaws.com/"
    assert presigned.post(bucket, "a/b", NOW).url == host
    address = presigned.get(bucket, "a/b", 60, "inline", "image/png")
    assert address.startswith(f"{host}a/b?")


def test_on_a_laptop_buckets_are_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side: no host can be put before an IP address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    clients.forget()
    bucket = Bucket(clients.client("s3"), "uploads")
    assert presigned.get(bucket, "a", 60, "inline", "image/png").startswith(
        "http://127.0.0.1:9/uploads/a?"
    )
    clients.forget()


class Answering:
    """An S3 that answers every read with one error."""

    def __init__(self, code: str, status: int) -> None:
        self._error = {
            "Error": {"Code": code, "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation
        def refuse(**_: object) -> None:
            raise ClientError(self._error, name)  # type: ignore[arg-type] # as boto3 makes it

        return refuse


# To a role without s3:ListBucket S3 does not say whether an object is there: "denied", 403.
MISSING = [("NoSuchKey", 404), ("404", 404), ("AccessDenied", 403), ("403", 403)]


@pytest.mark.parametrize(("code", "status"), MISSING)
def test_an_object_that_is_not_there_is_gone_with_and_without_the_right_to_list(
    code: str, status: int
) -> None:
    bucket = Bucket(Answering(code, status), "documents")  # type: ignore[arg-type] # reads only
    with pytest.raises(GoneError):
        bucket.read("a", 10)
    with pytest.raises(GoneError):
        bucket.copy_from(bucket, "a", "b")
    assert bucket.has("a") is False


@pytest.mark.parametrize(("code", "status"), MISSING)
def test_an_authority_that_was_not_published_is_said_to_be_missing(code: str, status: int) -> None:
    published = PkiBucket(Answering(code, status), "pki")  # type: ignore[arg-type] # reads only
    with pytest.raises(FileNotFoundError):
        published.read("root.pem")
