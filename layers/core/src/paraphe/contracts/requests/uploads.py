"""What the uploads bucket tells: which form's upload came in or was inspected."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from paraphe.domain.ids import is_id
from paraphe.ports.requests import UploadRef

_PARTS = 6
_PARTS_WITHOUT_FORM = 5


def uploads_of(event: Mapping[str, Any], folder: str, name: str) -> Iterator[UploadRef]:
    """Return the form of each `<folder>/<firm>/<sr>/<doc>/<form>/<name>` in an S3 event.

    Other keys are passed over: nobody but our own doors and presigned forms writes there. Forms
    that were handed out before they had an id have no such part.
    """
    for record in event.get("Records", ()):
        parts = unquote_plus(record["s3"]["object"]["key"]).split("/")
        if len(parts) == _PARTS_WITHOUT_FORM:
            parts.insert(4, "")
        if len(parts) != _PARTS or parts[0] != folder or parts[5] != name:
            continue
        firm_id, request_id, document_id, form = parts[1:5]
        known = is_id(request_id, "sr") and is_id(document_id, "doc")
        if known and (not form or is_id(form, "upl")):
            yield UploadRef(firm_id, request_id, document_id, form)
