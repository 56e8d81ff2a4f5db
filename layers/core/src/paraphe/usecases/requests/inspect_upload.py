"""Read an uploaded PDF, in a function that may do nothing else (P4)."""

from collections.abc import Callable
from pathlib import Path

from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.ports.files import Uploads, Workspace
from paraphe.ports.requests import UploadRef


def inspect_upload(
    uploads: Uploads,
    inspector: Callable[[Path, Path, Path], Accepted | Refused],
    workspace: Workspace,
    upload: UploadRef,
) -> Accepted | Refused | None:
    """Check, normalise and draw one upload; store the results, the report last.

    A form ends with the first file that is accepted, and after three that are not: what is
    uploaded with it later is not read, and changes nothing (None).

    Args:
        uploads: one upload in, its inspection out.
        inspector: reads the first path, writes the normalised file to the second and the pictures
            and texts of its pages to the third, a directory.
        workspace: room for files.
        upload: which request, which document, which form.

    """
    if not uploads.begin(upload):
        return None
    with workspace() as directory:
        original = directory / "original.pdf"
        document = directory / "document.pdf"
        uploads.fetch_original(upload, original)
        pages = directory / "pages"
        pages.mkdir()
        report = inspector(original, document, pages)
        uploads.store_inspection(upload, report, directory)
    if isinstance(report, Accepted):
        uploads.end(upload)
    return report
