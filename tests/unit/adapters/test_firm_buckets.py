"""The firms' own buckets: whose role is assumed, what is written, what a refusal becomes (P18)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from paraphe.adapters.delivery.archive_packages import PART
from paraphe.adapters.delivery.firm_buckets import S3FirmBuckets
from paraphe.domain.delivery.archive_targets import ArchiveTarget
from paraphe.ports.archive_exports import TargetRefusedError
from paraphe.ports.requests import RequestRef

if TYPE_CHECKING:
    from collections.abc import Mapping

REF = RequestRef("frm_1", "sr_1")
ROLE = "arn:aws:iam::123456789012:role/paraphe"
KEY = "paraphe/sr_1/abc.zip"
TARGET = ArchiveTarget(
    "frm_1",
    "archive",
    "paraphe/",
    "eu-west-3",
    ROLE,
    "paraphe-secret",
    datetime(2026, 3, 20, tzinfo=UTC),
)


def refusal(code: str, status: int = 403) -> ClientError:
    """What botocore raises."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "any")


class Cloud:
    """STS and S3 of an account."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.connected: list[tuple[str, Mapping[str, str]]] = []
        self.objects: dict[str, bytes] = {}
        self.parts: list[bytes] = []
        self.aborted = 0
        self.refuses: dict[str, str] = {}

    def _may(self, operation: str) -> None:
        if operation in self.refuses:
            raise refusal(self.refuses[operation])

    def assume_role(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401
        """Answer `assume_role`."""
        self._may("assume_role")
        self.asked.append(asked)
        return {"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t"}}

    def connect(self, region: str, credentials: Mapping[str, str]) -> Any:  # noqa: ANN401
        """Answer `connect`."""
        self.connected.append((region, credentials))
        return self

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """Answer `head_object`."""
        assert Bucket == "archive"
        if Key not in self.objects:
            raise refusal("404", 404)
        return {"ContentLength": len(self.objects[Key])}

    def create_multipart_upload(self, **asked: Any) -> dict[str, str]:  # noqa: ANN401
        """Answer `create_multipart_upload`."""
        self._may("create_multipart_upload")
        assert asked["ChecksumAlgorithm"] == "SHA256"
        self.parts = []
        return {"UploadId": "u"}

    def upload_part(self, **asked: Any) -> dict[str, str]:  # noqa: ANN401
        """Answer `upload_part`."""
        self._may("upload_part")
        assert asked["ChecksumSHA256"]
        self.parts.append(asked["Body"])
        return {"ETag": f"e{asked['PartNumber']}"}

    def complete_multipart_upload(self, **asked: Any) -> None:  # noqa: ANN401
        """Answer `complete_multipart_upload`."""
        assert asked["IfNoneMatch"] == "*"
        assert [p["PartNumber"] for p in asked["MultipartUpload"]["Parts"]] == [
            n + 1 for n in range(len(self.parts))
        ]
        if asked["Key"] in self.objects:
            raise refusal("PreconditionFailed", 412)
        self.objects[asked["Key"]] = b"".join(self.parts)

    def abort_multipart_upload(self, **_asked: Any) -> None:  # noqa: ANN401
        """Answer `abort_multipart_upload`."""
        self.aborted += 1


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def buckets(cloud: Cloud) -> S3FirmBuckets:
    """Return the firms' buckets in this account."""
    return S3FirmBuckets(cast("Any", cloud), cloud.connect)


def test_the_firms_role_is_assumed_with_its_own_external_id(cloud: Cloud) -> None:
    buckets(cloud).opened(TARGET)
    (asked,) = cloud.asked
    assert (asked["RoleArn"], asked["ExternalId"]) == (ROLE, "paraphe-secret")
    ((region, credentials),) = cloud.connected
    assert (region, credentials["SessionToken"]) == ("eu-west-3", "t")


def test_a_package_is_written_in_parts_and_is_there_whole(cloud: Cloud) -> None:
    store = buckets(cloud).opened(TARGET)
    assert store.size(REF, "abc") is None
    content = bytes(PART + 5)
    with store.writing(REF, "abc") as sink:
        sink.write(content[:7])
        sink.write(content[7:])
        assert cloud.objects == {}
    assert [len(part) for part in cloud.parts] == [PART, 5]
    assert cloud.objects == {KEY: content}
    assert store.size(REF, "abc") == len(content)


def test_what_is_there_is_not_written_over(cloud: Cloud) -> None:
    """Another run was faster."""
    cloud.objects[KEY] = b"theirs"
    with buckets(cloud).opened(TARGET).writing(REF, "abc") as sink:
        sink.write(b"ours")
    assert cloud.objects == {KEY: b"theirs"}
    assert cloud.aborted == 1


@pytest.mark.parametrize("operation", ["assume_role", "create_multipart_upload", "upload_part"])
def test_a_refusal_is_the_firms_matter(cloud: Cloud, operation: str) -> None:
    cloud.refuses[operation] = "AccessDenied"
    with (
        pytest.raises(TargetRefusedError),
        buckets(cloud).opened(TARGET).writing(REF, "abc") as sink,
    ):
        sink.write(b"some")
    assert cloud.objects == {}


def test_what_fails_on_our_side_stays_ours_and_leaves_nothing(cloud: Cloud) -> None:
    store = buckets(cloud).opened(TARGET)
    with pytest.raises(KeyError), store.writing(REF, "abc") as sink:
        sink.write(cloud.objects["nothing"])
    assert (cloud.objects, cloud.aborted) == ({}, 1)
