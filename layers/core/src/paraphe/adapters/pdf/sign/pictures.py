"""A drawn signature's picture, decoded and written anew: nothing of the upload's bytes is kept."""

from __future__ import annotations

import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from paraphe.adapters.pdf.sign.syntax import Dictionary, Name, Ref, Stream
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from PIL.Image import Image

    from paraphe.adapters.pdf.sign.increment import Increment

_MAX_BYTES = 2 * 1024 * 1024
_MAX_PIXELS = 8_000_000
_MAX_SIDE = 800


def add_picture(increment: Increment, data: bytes) -> tuple[Ref, float]:
    """Add a PNG or JPEG as an image with its transparency; also its width divided by its height.

    Raises:
        InvalidError: `bad_signature_image`: not such a picture, broken, or too large.

    """
    picture = _decode(data)
    width, height = picture.size
    entries: Dictionary = {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": width,
        "Height": height,
        "BitsPerComponent": 8,
        "Filter": Name("FlateDecode"),
    }
    alpha = zlib.compress(picture.getchannel("A").tobytes())
    mask = increment.add(Stream({**entries, "ColorSpace": Name("DeviceGray")}, alpha))
    colours = zlib.compress(picture.convert("RGB").tobytes())
    image = Stream({**entries, "ColorSpace": Name("DeviceRGB"), "SMask": mask}, colours)
    return increment.add(image), width / height


def _decode(data: bytes) -> Image:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only drawn signatures pay

    bad = InvalidError("bad_signature_image", "The drawn signature is not a sound PNG or JPEG.")
    if len(data) > _MAX_BYTES:
        raise bad
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of decompression bombs
            found = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
            if found.width * found.height > _MAX_PIXELS:
                raise bad
            decoded = found.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Warning, UnidentifiedImageError) as error:
        raise bad from error
    decoded.thumbnail((_MAX_SIDE, _MAX_SIDE))
    return decoded
