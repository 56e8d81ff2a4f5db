"""What the uploads bucket tells: which request's document was uploaded or inspected."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from paraphe.domain.ids import is_id
from paraphe.ports import RequestRef

_PARTS = 5


def documents_of(
    event: Mapping[str, Any], folder: str, name: str
) -> Iterator[tuple[RequestRef, str]]:
    """Give request and document id of each `<folder>/<firm>/<sr>/<doc>/<name>` in an S3 event.

    Other keys are passed over: nobody but our own doors and presigned forms writes there.
    """
    for record in event.get("Records", ()):
        key = unquote_plus(record["s3"]["object"]["key"])
        parts = key.split("/")
        if len(parts) != _PARTS or parts[0] != folder or parts[4] != name:
            continue
        firm_id, request_id, document_id = parts[1:4]
        if is_id(request_id, "sr") and is_id(document_id, "doc"):
            yield RequestRef(firm_id, request_id), document_id
