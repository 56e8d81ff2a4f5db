"""The catalog's XMP metadata: dropped when nothing could read it."""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate

from pikepdf import Name, Pdf, PdfError, Stream

from paraphe.adapters.requests.inspection import raw

_AT_MOST = 4 * 1024 * 1024
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# RDF"
_XMPMETA = "adobe:ns:meta/ xmpmeta"


def drop_unreadable(pdf: Pdf) -> None:
    """Remove a `/Metadata` that is not sound."""
    if not sound(pdf):
        del pdf.Root["/Metadata"]


def sound(pdf: Pdf) -> bool:
    """Say whether the catalog's `/Metadata`, if any, is a stream of XMP in UTF-8."""
    return "/Metadata" not in pdf.Root or _readable(pdf.Root.get("/Metadata"))


def _readable(stream: object) -> bool:
    """Say whether a metadata stream can be parsed, never resolving entities."""
    if not isinstance(stream, Stream):
        return False
    layers = 1 if stream.get("/Filter") == Name.FlateDecode else 0
    try:
        packed = memoryview(stream.get_raw_stream_buffer())
        if raw.unpacked_size(packed, layers, _AT_MOST) > _AT_MOST:
            return False
        text = stream.read_bytes().decode("utf-8")
        parser = ParserCreate("utf-8", " ")
        parser.EntityDeclHandler = _no_entities
        opened: list[str] = []
        parser.StartElementHandler = lambda name, _: opened.append(name)
        parser.Parse(text, True)  # noqa: FBT003 - expat takes no keywords
    except (ExpatError, PdfError, ValueError):
        return False
    return _is_xmp(opened)


def _is_xmp(opened: list[str]) -> bool:
    """Say whether the elements begin as an XMP packet's do (ISO 16684-1 §7.3.3).

    A packet may lack `x:xmpmeta`, but pyHanko's difference analysis does not take it for one then.
    """
    return opened[:2] == [_XMPMETA, _RDF]


def _no_entities(*_: object) -> None:
    """Turn away XML that declares entities: metadata has none, bombs do."""
    raise ValueError("entities")
