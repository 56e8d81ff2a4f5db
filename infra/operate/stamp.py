"""The picture that a firm's seal shows: decoded here, on the operator's machine, by no function.

What is stored are plain pixels under a name that holds their SHA-256; then the firm points to them.
"""

from __future__ import annotations

import hashlib
import io
import math
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.s3 import keys
from paraphe.adapters.s3.bucket import Bucket
from paraphe.domain.errors import InvalidError
from paraphe.domain.signing import visible_marks
from paraphe.domain.trust.signatures import Raster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_FILE = 5 * 1024 * 1024
MAX_PICTURE = 40_000_000  # pixels, before it is made smaller


class BadStampError(Exception):
    """The file is no picture that a seal can show."""


def read_stamp(data: bytes) -> Raster:
    """Decode a PNG or JPEG and make it as small as a mark's picture may be.

    Raises:
        BadStampError: another format, broken, too large, or nothing to be seen on it.

    """
    if len(data) > MAX_FILE:
        raise BadStampError("the file is larger than 5 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of decompression bombs
            found = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            if found.width * found.height > MAX_PICTURE:
                raise BadStampError("the picture has more than 40 million pixels")
            picture = found.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Warning, UnidentifiedImageError) as error:
        raise BadStampError("the file is not a sound PNG or JPEG") from error
    scale = min(
        1.0,
        visible_marks.MAX_PICTURE_WIDTH / picture.width,
        visible_marks.MAX_PICTURE_HEIGHT / picture.height,
        math.sqrt(visible_marks.MAX_PIXELS / (picture.width * picture.height)),
    )
    size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    raster = Raster(*small.size, small.tobytes())
    try:
        return visible_marks.raster_of(visible_marks.raster_bytes(raster))
    except InvalidError as error:
        raise BadStampError("nothing can be seen on the picture") from error


def give_stamp(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    firm_id: str,
    stamp: Raster | None,
) -> None:
    """Let a firm's seal show a picture from now on, or none: first the pixels, then the pointer."""
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = firms.firm(firm_id)
    key = digest = None
    if stamp is not None:
        content = visible_marks.raster_bytes(stamp)
        digest = hashlib.sha256(content).hexdigest()
        key = keys.stamp(firm_id, digest)
        bucket = Bucket(client_of("s3"), outputs["DocumentsBucket"])
        bucket.put(key, content, "application/octet-stream")
    firms.save(replace(firm, seal_stamp_key=key, seal_stamp_sha256=digest))
