"""A picture of plain pixels, written as an image with its transparency. Nothing is decoded here."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, Ref, Stream

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.domain.trust.signatures import Raster


def add_picture(increment: Increment, raster: Raster) -> Ref:
    """Add the image and its soft mask (ISO 32000-1 §11.6.5.3)."""
    entries: Dictionary = {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": raster.width,
        "Height": raster.height,
        "BitsPerComponent": 8,
        "Filter": Name("FlateDecode"),
    }
    alpha = zlib.compress(raster.pixels[3::4])
    mask = increment.add(Stream({**entries, "ColorSpace": Name("DeviceGray")}, alpha))
    colours = bytearray(3 * raster.width * raster.height)
    for channel in range(3):
        colours[channel::3] = raster.pixels[channel::4]
    image = {**entries, "ColorSpace": Name("DeviceRGB"), "SMask": mask}
    return increment.add(Stream(image, zlib.compress(bytes(colours))))
