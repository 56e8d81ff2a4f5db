"""Read an uploaded PDF: accept or refuse it, draw its pages (P4). May do nothing else."""

from functools import partial
from typing import Any

from paraphe import observe, wiring
from paraphe.contracts.requests.uploads import uploads_of
from paraphe.domain.requests.inspection import Accepted
from paraphe.services import Services
from paraphe.usecases.requests.inspect_upload import inspect_upload


def inspect_all(services: Services, event: dict[str, Any], _context: object) -> None:
    """Inspect every upload of an S3 event."""
    for upload in uploads_of(event, "uploads", "original.pdf"):
        observe.correlate("inspect_upload", request_id=upload.request_id, firm_id=upload.firm_id)
        report = inspect_upload(
            services.uploads,
            services.inspector,
            services.workspace,
            upload,
        )
        if report is None:
            observe.count("inspect_upload", "UploadsDropped")
            observe.logger("inspect_upload").info("dropped: this form is used up")
            continue
        accepted = isinstance(report, Accepted)
        observe.count("inspect_upload", "UploadsAccepted" if accepted else "UploadsRefused")
        verdict = "accepted" if isinstance(report, Accepted) else str(report.reason)
        observe.logger("inspect_upload").info(
            "inspected", document_id=upload.document_id, verdict=verdict
        )


handler = observe.door("inspect_upload")(partial(inspect_all, wiring.services))
