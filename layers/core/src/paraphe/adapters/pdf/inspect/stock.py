"""Would others find the signatures valid? pyHanko is asked as it comes, no room made for it."""

from __future__ import annotations

import logging
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

_COVERED = {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}


def holds(copy: bytes) -> bool:
    """Say whether every signature of a file passes pyHanko's difference analysis."""
    logging.disable()
    try:
        reader = PdfFileReader(BytesIO(copy), strict=True)
        for one in reader.embedded_regular_signatures:
            one.compute_integrity_info()
            found = one.summarise_integrity_info()
            if not (found["docmdp_ok"] and one.coverage in _COVERED):
                return False
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pyHanko raises nearly anything: RecursionError, for one
        return False
    return True
