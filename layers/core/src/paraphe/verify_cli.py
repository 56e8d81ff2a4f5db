"""`paraphe verify signed.pdf [evidence.json]`, or of an evidence file by itself: offline.

Exit codes: 0 all valid and trusted; 1 something is not valid or was tampered with; 2 intact, but
trust is unknown or proof is missing; 3 not a readable PDF; 4 not signed by anybody; 64 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.verify_words import LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraphe.adapters.evidence.verification.check_against_heads import Heads
    from paraphe.domain.trust.evidence_verdict import Verdict

USAGE = 64
_EPILOG = (
    "Exit codes: 0 all valid and trusted, 1 not valid or tampered with, 2 intact but trust unknown "
    "or proof missing, 3 not a readable PDF, 4 not signed by anybody (a time-stamp is no "
    "signature), 64 wrong usage. "
    "Nothing is fetched: name the roots that you trust for signatures by --trust, those for "
    "time-stamps by --trust-tsa. A line “Trust: signatures” or “Trust: time-stamps” before a "
    "certificate of a PEM file decides instead."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        pdf = Path(options.pdf).read_bytes()
        evidence = Path(options.evidence).read_bytes() if options.evidence else None
        heads = _heads(options)
        verdict = _check(pdf, evidence, heads, options)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"paraphe verify: {error}\n")
        return USAGE
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="paraphe", description="Paraphe's command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser(
        "verify", help="verify a signed PDF, offline", epilog=_EPILOG, description=__doc__
    )
    verify.add_argument("pdf", help="the signed PDF, or an evidence file by itself")
    verify.add_argument("evidence", nargs="?", help="its evidence file (JSON)")
    verify.add_argument(
        "--heads",
        metavar="DAY.json",
        help="a day's chain heads, to hold the evidence file against",
    )
    verify.add_argument(
        "--heads-token",
        metavar="DAY.tsr",
        help="their time-stamp; the file of the same name beside them if not given",
    )
    verify.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="ROOT.pem",
        help="a root certificate that you trust for signatures (PEM or DER; may be repeated)",
    )
    verify.add_argument(
        "--trust-tsa",
        action="append",
        default=[],
        metavar="ROOT.pem",
        help="a root certificate that you trust for time-stamps (likewise)",
    )
    verify.add_argument(
        "--json", action="store_true", help="JSON with an ETSI TS 119 102-2 report per signature"
    )
    verify.add_argument("--at", type=_instant, help="judge as of this instant (RFC 3339)")
    verify.add_argument("--lang", choices=LANGUAGES, default=_language(), help="fr or en")
    verify.add_argument(
        "--confined",
        action="store_true",
        help="read the file in a child process with limits of time and memory",
    )
    return parser


class _Parser(argparse.ArgumentParser):
    """Exit code 64 for wrong usage: 2 has a meaning of its own here."""

    def error(self, message: str) -> None:  # type: ignore[override] # ends the process all the same
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _language() -> str:
    set_ = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if set_.lower().startswith("en") else "fr"


if __name__ == "__main__":
    sys.exit(main())
