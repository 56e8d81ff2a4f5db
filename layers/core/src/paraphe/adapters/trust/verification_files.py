"""`Verifications` on S3: signed PDFs of anybody, too large to be posted to a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.s3 import presigned
from paraphe.domain.errors import GoneError
from paraphe.ports.upload_forms import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paraphe.adapters.s3.bucket import Bucket

_KINDS = {
    "pdf": ("signed.pdf", "application/pdf", presigned.MAX_BYTES),
    "evidence": ("evidence.json", "application/json", 20 * 1024 * 1024),
}


class S3Verifications:
    """Keeps `Verifications`, under `uploads/verify/`, where everything dies after a day."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def uploads(
        self, verification: str, now: datetime, back: str | None = None
    ) -> Mapping[str, Upload]:
        """Keep `Verifications.uploads`."""
        return {kind: self._upload(verification, kind, now, back) for kind in _KINDS}

    def fetch(self, verification: str) -> tuple[bytes, bytes | None]:
        """Keep `Verifications.fetch`.

        Raises:
            GoneError: `document_gone`.

        """
        pdf = self._read(verification, "pdf")
        if pdf is None:
            raise GoneError("document_gone", "This file is not kept.")
        try:
            evidence = self._read(verification, "evidence")
        except GoneError:
            evidence = None
        return pdf, evidence

    def _read(self, verification: str, kind: str) -> bytes | None:
        name, _, most = _KINDS[kind]
        return self._bucket.read(_key(verification, name), most)

    def _upload(self, verification: str, kind: str, now: datetime, back: str | None) -> Upload:
        name, media_type, most = _KINDS[kind]
        fields = {"Content-Type": media_type}
        if back is not None:
            fields["success_action_redirect"] = back
        answer = self._bucket.client.generate_presigned_post(
            self._bucket.name,
            _key(verification, name),
            Fields=dict(fields),
            Conditions=[
                *({field: value} for field, value in fields.items()),
                ["content-length-range", 1, most],
            ],
            ExpiresIn=int(presigned.UPLOAD_TIME.total_seconds()),
        )
        expires_at = now + presigned.UPLOAD_TIME
        return Upload(answer["url"], dict(answer["fields"]), expires_at, most)


def _key(verification: str, name: str) -> str:
    return f"uploads/verify/{verification}/{name}"
