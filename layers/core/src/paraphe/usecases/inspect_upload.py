"""Read an uploaded PDF, in a function that may do nothing else (P4)."""

from collections.abc import Callable
from pathlib import Path

from paraphe.domain.inspection import Accepted, Refused
from paraphe.ports import RequestRef, Uploads, Workspace


def inspect_upload(
    uploads: Uploads,
    inspector: Callable[[Path, Path, Path], Accepted | Refused],
    workspace: Workspace,
    ref: RequestRef,
    document_id: str,
) -> Accepted | Refused:
    """Check, normalise and draw one upload; store the results, the report last.

    Args:
        uploads: one upload in, its inspection out.
        inspector: reads the first path, writes the normalised file to the second and the pictures
            and texts of its pages to the third, a directory.
        workspace: room for files.
        ref: which request.
        document_id: which document.

    """
    with workspace() as directory:
        original = directory / "original.pdf"
        document = directory / "document.pdf"
        uploads.fetch_original(ref, document_id, original)
        pages = directory / "pages"
        pages.mkdir()
        report = inspector(original, document, pages)
        uploads.store_inspection(ref, document_id, report, directory)
    return report
