"""`paraphe verify signed.pdf [evidence.json]`, or of an evidence file by itself: offline."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.command.completion import complete_files
from paraphe.command.parser import NO_VERDICT, fail
from paraphe.command.progress import Progress
from paraphe.contracts.trust.verdict_words.rendering import render
from paraphe.contracts.trust.verdict_words.text import LANGUAGES

if TYPE_CHECKING:
    import argparse

    from paraphe.adapters.evidence.verification.check_against_heads import Heads
    from paraphe.command.parser import Command
    from paraphe.domain.trust.evidence_verdict import Verdict

_EXITS = {
    0: "all valid and trusted",
    1: "something is not valid or was tampered with",
    2: "intact, but trust is unknown or proof is missing",
    3: "not a readable PDF",
    4: "not signed by anybody (a time-stamp is no signature)",
    NO_VERDICT: "wrong arguments, or a file that cannot be read",
}
_EXAMPLE = "paraphe verify signed.pdf evidence.json --trust roots.pem"
_ABOUT = """

Nothing is fetched: name the roots that you trust for signatures by --trust, those
for time-stamps by --trust-tsa. A line "Trust: signatures" or "Trust: time-stamps"
before a certificate of a PEM file decides instead. PARAPHE_TRUST and
PARAPHE_TRUST_TSA name such files for each time, separated by ":"."""


def _run(options: argparse.Namespace) -> int:
    try:
        with Progress(sys.stderr, quiet=options.quiet or options.json) as progress:
            progress.say(f"verifying {Path(options.pdf).name}")
            pdf = Path(options.pdf).read_bytes()
            evidence = Path(options.evidence).read_bytes() if options.evidence else None
            verdict = _check(pdf, evidence, _heads(options), options)
    except (OSError, ValueError) as error:
        return fail(options.command, error, NO_VERDICT)
    if options.json:
        from paraphe.contracts.trust.verdicts import encode  # noqa: PLC0415 - only for --json

        json.dump(encode(verdict), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(render(verdict, options.lang))
    return int(verdict.exit_code)


def _heads(options: argparse.Namespace) -> Heads | None:
    """A day's chain heads with their time-stamp, which lies beside them unless it is named.

    Raises:
        ValueError: there is no evidence to hold against them.

    """
    if options.heads is None:
        return None
    from paraphe.adapters.evidence.verification.check_against_heads import Heads  # noqa: PLC0415 - likewise
    from paraphe.adapters.trust.verification.check import is_evidence  # noqa: PLC0415 - half a second

    if options.evidence is None and not is_evidence(Path(options.pdf).read_bytes()):
        raise ValueError("--heads is held against an evidence file: name it after the PDF")

    file = Path(options.heads)
    token = Path(options.heads_token) if options.heads_token else file.with_suffix(".tsr")
    return Heads(file.read_bytes(), token.read_bytes())


def _check(
    pdf: bytes,
    evidence: bytes | None,
    heads: Heads | None,
    options: argparse.Namespace,
) -> Verdict:
    now = options.at or datetime.now(UTC)
    roots = _files(options.trust, "PARAPHE_TRUST")
    stamp_roots = _files(options.trust_tsa, "PARAPHE_TRUST_TSA")
    if options.confined:
        from paraphe.adapters.trust.verification.confined import check as confined  # noqa: PLC0415 - rare

        return confined(
            pdf, evidence, roots, now, stamp_roots=stamp_roots, reports=options.json, heads=heads
        )
    from paraphe.adapters.trust.verification.check import check  # noqa: PLC0415 - half a second

    return check(
        pdf, evidence, roots, now, stamp_roots=stamp_roots, reports=options.json, heads=heads
    )


def _files(named: list[str], variable: str) -> list[bytes]:
    """Roots that are named, and those that a variable names for each time, separated by `:`."""
    configured = [path for path in os.environ.get(variable, "").split(os.pathsep) if path]
    return [Path(path).read_bytes() for path in [*named, *configured]]


def add_to(parser: Command) -> None:
    """Add the command."""
    verify = parser.add_command(
        "verify",
        "verify a signed PDF and its evidence file, offline",
        example=_EXAMPLE,
        exits=_EXITS,
    )
    verify.description = f"{verify.description}{_ABOUT}"
    verify.set_defaults(run=_run)
    _add_files(verify)
    verify.add_argument(
        "--json", action="store_true", help="JSON with an ETSI TS 119 102-2 report per signature"
    )
    verify.add_argument(
        "--at", type=_instant, metavar="INSTANT", help="judge as of this instant (RFC 3339)"
    )
    verify.add_argument("--lang", choices=LANGUAGES, default=_language(), help="fr or en")
    verify.add_argument(
        "--confined",
        action="store_true",
        help="read the file in a child process with limits of time and memory",
    )
    verify.add_argument("--quiet", action="store_true", help="show no progress")


def _add_files(verify: Command) -> None:
    files = [
        verify.add_argument("pdf", help="the signed PDF, or an evidence file by itself"),
        verify.add_argument("evidence", nargs="?", help="its evidence file (JSON)"),
        verify.add_argument(
            "--heads",
            metavar="DAY.json",
            help="a day's chain heads, to hold the evidence file against",
        ),
        verify.add_argument(
            "--heads-token",
            metavar="DAY.tsr",
            help="their time-stamp; the file of the same name beside them if not given",
        ),
        verify.add_argument(
            "--trust",
            action="append",
            default=[],
            metavar="ROOT.pem",
            help="a root certificate that you trust for signatures (PEM or DER; may be repeated)",
        ),
        verify.add_argument(
            "--trust-tsa",
            action="append",
            default=[],
            metavar="ROOT.pem",
            help="a root certificate that you trust for time-stamps (likewise)",
        ),
    ]
    for file in files:
        complete_files(file)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _language() -> str:
    set_ = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if set_.lower().startswith("en") else "fr"
