"""Why a file was refused, and what was taken out of one, in a few words."""

from __future__ import annotations

from paraphe.adapters.evidence.event_words import mark

REFUSALS = {
    "empty": mark("empty file"),
    "not_pdf": mark("not a PDF"),
    "too_large": mark("file too large"),
    "too_many_pages": mark("too many pages"),
    "no_pages": mark("no pages"),
    "too_complex": mark("file too complex"),
    "encrypted": mark("encrypted file"),
    "xfa": mark("XFA form"),
    "needs_rendering": mark("dynamic form"),
    "portfolio": mark("portfolio of files"),
    "javascript": mark("scripts"),
    "launch_action": mark("actions that start a program"),
    "submit_form": mark("actions that send or import data"),
    "additional_actions": mark("actions that run by themselves"),
    "open_action": mark("action that runs when the file is opened"),
    "external_content": mark("content outside the file"),
    "certified_no_changes": mark("certified, no change allowed"),
    "closed_by_signature": mark("closed by an earlier signature"),
    "not_signable": mark("signatures on it would not hold in every reader"),
    "damaged": mark("damaged file"),
    "damaged_signed": mark("signed file with a damaged structure"),
    "hybrid_signed": mark("signed file with two tables of contents"),
    "invalid_signature": mark("changed after it was signed, or a signature does not hold"),
    "unjudged_signature": mark("signature that cannot be checked"),
    "looks_different": mark("programs would show it differently"),
    "incomplete": mark("incomplete file"),
    "not_drawable": mark("pages that cannot be drawn"),
    "timeout": mark("takes too long to read"),
    "out_of_memory": mark("takes too much memory to read"),
}
