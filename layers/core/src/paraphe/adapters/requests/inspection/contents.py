"""How much the pages' content unpacks to: a page of a kilobyte can be a gigabyte of drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pikepdf import Array, Name, Object, Stream

from paraphe.adapters.requests.inspection import raw
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from paraphe.adapters.requests.inspection.limits import Limits


def check_unpacked(objects: list[Object], limits: Limits) -> None:
    """Refuse a document whose Flate streams, pictures apart, unpack to too much.

    Pictures are bounded when they are drawn. Data is counted and thrown away, never kept.

    Raises:
        RefuseError: with TOO_COMPLEX.
    """
    total = 0
    for thing in objects:
        layers = _flate_layers(thing)
        if not layers:
            continue
        packed = memoryview(thing.get_raw_stream_buffer())
        total += raw.unpacked_size(packed, layers, limits.unpacked_content - total)
        if total > limits.unpacked_content:
            raise RefuseError(RefusalReason.TOO_COMPLEX)


def _flate_layers(thing: Object) -> int:
    """Return how many times a stream that is not a picture was packed with Flate."""
    if not isinstance(thing, Stream):
        return 0
    if thing.get("/Subtype") == Name.Image or thing.get("/Type") == Name.EmbeddedFile:
        return 0
    filters = thing.get("/Filter")
    listed = list(filters) if isinstance(filters, Array) else [filters]
    layers = 0
    for one in listed:
        if one not in {Name.FlateDecode, Name.Fl}:
            break
        layers += 1
    return layers
