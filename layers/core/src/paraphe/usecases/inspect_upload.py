"""Read an uploaded PDF, in a function that may do nothing else (P4)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from paraphe.domain.inspection import Accepted, PagePicture, RefusalReason, Refused
from paraphe.ports import UploadRef, Uploads, Workspace


def inspect_upload(
    uploads: Uploads,
    inspector: Callable[[Path, Path], Accepted | Refused],
    painter: Callable[[Path, Path], list[PagePicture]],
    workspace: Workspace,
    upload: UploadRef,
) -> Accepted | Refused | None:
    """Check, normalise and draw one upload; store the results, the report last.

    A form ends with the first file that is accepted, and after three that are not: what is
    uploaded with it later is not read, and changes nothing (None).

    Args:
        uploads: one upload in, its inspection out.
        inspector: reads the first path, writes the normalised file to the second.
        painter: draws the pages of the first path into the directory `pages/` of the second.
        workspace: room for files.
        upload: which request, which document, which form.

    """
    if not uploads.begin(upload):
        return None
    with workspace() as directory:
        original = directory / "original.pdf"
        document = directory / "document.pdf"
        uploads.fetch_original(upload, original)
        report = inspector(original, document)
        if isinstance(report, Accepted):
            report = _readable(report, painter(document, directory))
        elif report.without is not None:
            shown = _readable(report.without, painter(document, directory))
            report = replace(report, without=shown) if isinstance(shown, Accepted) else shown
        uploads.store_inspection(upload, report, directory)
    if isinstance(report, Accepted):
        uploads.end(upload)
    return report


def _readable(report: Accepted, pictures: list[PagePicture]) -> Accepted | Refused:
    """Refuse a file of which a signer would not see every page (P4)."""
    if len(pictures) == len(report.pages) and all(picture.drawn for picture in pictures):
        return report
    return Refused(
        RefusalReason.DAMAGED,
        "Not every page of the file can be shown. Export it again, or print it to a PDF.",
    )
