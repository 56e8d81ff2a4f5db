"""`FirmBuckets`: a role of the firm's account is assumed, with that firm's external id."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from paraphe.adapters.delivery.archive_packages import PartedUpload, size_of
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.s3.bucket import Bucket
from paraphe.ports.archive_exports import TargetRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_s3 import S3Client

    from paraphe.domain.delivery.archive_targets import ArchiveTarget
    from paraphe.ports.archive_exports import Sink
    from paraphe.ports.requests import RequestRef

_SECONDS = 3600
_THERE = frozenset({"PreconditionFailed", "412"})


class S3FirmBuckets:
    """Keeps `FirmBuckets`.

    Args:
        sts: the client of STS.
        connect: makes a client of S3 in a region, with these credentials.

    """

    def __init__(
        self,
        sts: Any,  # noqa: ANN401 - without stubs
        connect: Callable[[str, Mapping[str, str]], S3Client],
    ) -> None:
        self._sts = sts
        self._connect = connect

    def opened(self, target: ArchiveTarget) -> S3FirmBucket:
        """Keep `FirmBuckets.opened`."""
        with _refusals(), calling("sts:AssumeRole"):
            answer = self._sts.assume_role(
                RoleArn=target.role_arn,
                RoleSessionName=f"paraphe-{target.firm_id}",
                ExternalId=target.external_id,
                DurationSeconds=_SECONDS,
            )
        client = self._connect(target.region, answer["Credentials"])
        return S3FirmBucket(Bucket(client, target.bucket), target)


class S3FirmBucket:
    """Keeps `PackageStore` in the firm's own bucket."""

    def __init__(self, bucket: Bucket, target: ArchiveTarget) -> None:
        self._bucket = bucket
        self._target = target

    def size(self, ref: RequestRef, name: str) -> int | None:
        """Keep `PackageStore.size`."""
        with _refusals():
            return size_of(self._bucket, self._target.key(ref.request_id, name))

    @contextmanager
    def writing(self, ref: RequestRef, name: str) -> Iterator[Sink]:
        """Keep `PackageStore.writing`; what is there already stays as it is."""
        with _refusals():
            upload = PartedUpload(self._bucket, self._target.key(ref.request_id, name))
        try:
            yield _Guarded(upload)
            with _refusals():
                _complete(upload)
        except BaseException:
            upload.abort()
            raise


class _Guarded:
    """A sink whose refusals are the firm's matter; what feeds it is not."""

    def __init__(self, upload: PartedUpload) -> None:
        self._upload = upload

    def write(self, data: bytes) -> None:
        """Keep `Sink.write`."""
        with _refusals():
            self._upload.write(data)


def _complete(upload: PartedUpload) -> None:
    """End an upload, unless another run's object is there already."""
    try:
        upload.complete(IfNoneMatch="*")
    except ServiceRefusedError as refused:
        if refused.code not in _THERE:
            raise
        upload.abort()


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn a refusal into the firm's matter."""
    try:
        yield
    except ServiceRefusedError as refused:
        raise TargetRefusedError(f"{refused.operation}: {refused.code}") from None
