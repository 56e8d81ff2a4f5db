"""One file's verdict: every signature on its own, then the whole (P20)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import conclusions, internal_errors
from paraphe.adapters.trust.pades.validation.embedded_signature import Store
from paraphe.adapters.trust.pades.validation.file_source import Source
from paraphe.adapters.trust.pades.validation.lenient import AnyOpened, open_file
from paraphe.adapters.trust.pades.validation.signature_verdicts import SignatureVerdicts
from paraphe.domain.trust.verdict import (
    PdfVerdict,
    Problem,
    SignatureVerdict,
    State,
    whole,
    whole_file,
)

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors


def verify(data: bytes, anchors: Anchors, now: datetime, *, reports: bool = False) -> PdfVerdict:
    """Validate a PDF as of `now`, trusting `anchors` for what each is for, and nothing else.

    Never raises for what is in the file; `MemoryError` apart.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    source = Source(data)
    blank = PdfVerdict(State.UNREADABLE, now, source.sha256, len(data))
    try:
        opened = open_file(source)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - strangers' files break any library anyhow
        return replace(blank, detail=conclusions.describe(error))
    try:
        signatures = asyncio.run(SignatureVerdicts(opened, anchors, now, reports=reports).all())
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - ours, whatever it is
        error_id, problems = internal_errors.note(error), (Problem.INTERNAL,)
        return replace(blank, state=State.INDETERMINATE, problems=problems, error_id=error_id)
    return _whole(blank, opened, tuple(signatures))


def _whole(
    blank: PdfVerdict, opened: AnyOpened, signatures: tuple[SignatureVerdict, ...]
) -> PdfVerdict:
    problems = [Problem.STRUCTURE] if not opened.sound else []
    if opened.hidden:
        problems.append(Problem.HIDDEN_SIGNATURE)
    state = whole_file(signatures)
    if opened.hidden and state is not State.UNSIGNED:
        state = whole((state, State.INDETERMINATE))
    return replace(blank, state=state, signatures=signatures, problems=tuple(problems))


def store_of(data: bytes) -> Store:
    """A file's security store; empty when there is none or the file cannot be read."""
    try:
        return open_file(Source(data)).store()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - strangers' files break any library anyhow
        return Store()
