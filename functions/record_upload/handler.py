"""Take over what the inspection of an upload said (P4)."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.contracts.requests.uploads import uploads_of
from paraphe.domain.errors import ErrorKind, ParapheError, RaceLostError
from paraphe.services import Services
from paraphe.usecases.requests.edit_documents import record_upload


def record_all(services: Services, event: dict[str, Any], _context: object) -> None:
    """Record every report of an S3 event; what was removed or launched meanwhile is dropped."""
    for upload in uploads_of(event, "inspected", "report.json"):
        observe.correlate("record_upload", request_id=upload.request_id, firm_id=upload.firm_id)
        try:
            record_upload(services.requests, services.files, services.uploads, upload, clock.now())
        except RaceLostError:
            raise
        except ParapheError as error:
            if error.kind not in {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT}:
                raise
            observe.logger("record_upload").info("dropped", code=error.code)


handler = observe.door("record_upload")(partial(record_all, wiring.services))
