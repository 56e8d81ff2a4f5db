"""A verdict as blocks of labelled lines, and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paraphe.contracts.trust.verdict_words.labels import (
    CHAIN_OF_EVENTS,
    EVIDENCE,
    HEADS,
    HOW_TO_TRUST,
    INTACT,
    JUDGED,
    KNOWN,
    LABELS,
    NO_LEVEL,
    NOTICE,
)
from paraphe.contracts.trust.verdict_words.problems import (
    EVIDENCE_PROBLEMS,
    HEADS_PROBLEMS,
    PROBLEMS,
)
from paraphe.contracts.trust.verdict_words.states import (
    ACCOUNT,
    CHANGES,
    COVERAGES,
    KINDS,
    ONLY_STAMPED,
    PARTS,
    STATES,
    WHOLE,
)
from paraphe.domain.trust.verdict import Kind, Level, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict, HeadsVerdict, Verdict
    from paraphe.domain.trust.verdict import Changes, Root, SignatureVerdict

_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a verdict: a heading, its state, labelled lines and problems."""

    title: str
    state: State
    lines: tuple[tuple[str, str], ...]
    problems: tuple[str, ...] = ()


def instant(at: datetime) -> str:
    """Europe/Paris with its offset, then UTC."""
    local = at.astimezone(_PARIS)
    offset = f"{local:%z}"
    paris = f"{local:%d/%m/%Y %H:%M:%S} Europe/Paris (UTC{offset[:3]}:{offset[3:]})"
    return f"{paris} = {at:%Y-%m-%dT%H:%M:%SZ}"


def summary(verdict: Verdict, lang: str) -> str:
    """What the whole comes to, in one sentence or two."""
    if verdict.state is State.UNSIGNED and verdict.signatures:
        return ONLY_STAMPED.say(lang)
    alone = verdict.evidence is not None and not verdict.signatures
    said = ACCOUNT.get(verdict.state) if alone else None
    return (said or WHOLE[verdict.state]).say(lang)


def blocks(verdict: Verdict, lang: str) -> list[Block]:
    """The parts of a verdict, in the order of signing; the evidence file and its heads last."""
    names = {one.field: _who(one) for one in verdict.signatures}
    found = [_signature(one, names, lang) for one in verdict.signatures]
    if verdict.evidence is not None:
        found.append(_evidence(verdict.evidence, lang))
    if verdict.heads is not None:
        found.append(_heads(verdict.heads, lang))
    return found


def render(verdict: Verdict, lang: str) -> str:
    """The whole as plain text."""
    out = [STATES[verdict.state].say(lang), summary(verdict, lang)]
    out += [f"- {PROBLEMS[one].say(lang)}" for one in verdict.problems]
    if verdict.detail:
        out.append(f"({verdict.detail})")
    if verdict.error_id:
        out.append(f"({LABELS['error'].say(lang)} {verdict.error_id})")
    if verdict.state is State.UNKNOWN_TRUST:
        out.append(HOW_TO_TRUST.say(lang))
    for block in blocks(verdict, lang):
        out += ["", f"{block.title} : {STATES[block.state].say(lang)}"]
        if lang == "en":
            out[-1] = f"{block.title}: {STATES[block.state].say(lang)}"
        out += [
            f"  {label} : {text}" if lang == "fr" else f"  {label}: {text}"
            for label, text in block.lines
        ]
        out += [f"  - {problem}" for problem in block.problems]
    out += ["", JUDGED.say(lang, at=instant(verdict.at)), f"SHA-256 {verdict.sha256}"]
    if verdict.signatures:
        out += [NOTICE.say(lang)]
    return "\n".join(out) + "\n"


def _who(one: SignatureVerdict) -> str:
    """What people call a signature: its signer's name; of a time-stamp, its field's."""
    named = one.kind is not Kind.TIMESTAMP and one.signer is not None and one.signer.name
    return named or one.field


def _signature(one: SignatureVerdict, names: dict[str, str], lang: str) -> Block:
    quoted = f"«\u00a0{_who(one)}\u00a0»" if lang == "fr" else f"“{_who(one)}”"
    lines = _signature_lines(one, names, lang)
    return Block(
        title=f"{KINDS[one.kind].say(lang)} {quoted}",
        state=one.state,
        lines=tuple((LABELS[key].say(lang), text) for key, text in lines if text),
        problems=tuple(PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _signature_lines(
    one: SignatureVerdict, names: dict[str, str], lang: str
) -> Iterator[tuple[str, str]]:
    if one.signer is not None:
        who = one.signer
        named = [
            who.name,
            who.organization if who.organization != who.name else "",
            who.organization_id,
            who.email,
        ]
        key = "service" if one.kind is Kind.TIMESTAMP else "by"
        yield key, ", ".join(part for part in named if part)
        yield "issuer", who.issuer
    yield "root", _root(one.root, lang)
    proven = one.stamped_at or one.proven_at
    if proven is not None:
        yield "when", instant(proven)
    elif one.claimed_at is not None:
        yield "claimed", instant(one.claimed_at)
    if one.kind is not Kind.TIMESTAMP:
        yield "level", str(one.level) if one.level is not Level.NONE else NO_LEVEL.say(lang)
    yield "intact", INTACT[one.intact].say(lang)
    yield "covers", COVERAGES[one.coverage].say(lang)
    yield from _after(one.changes, names, lang)
    if _who(one) != one.field:
        yield "field", one.field
    if one.state is not State.VALID:
        yield "detail", " ".join(part for part in (one.subindication, one.detail) if part)
    yield "error", one.error_id


def _after(changes: Changes, names: dict[str, str], lang: str) -> Iterator[tuple[str, str]]:
    later = f" ({', '.join(names.get(f, f) for f in changes.later)})" if changes.later else ""
    yield "after", CHANGES[changes.kind].say(lang) + later
    yield "parts", ", ".join(PARTS[part].say(lang) for part in changes.parts)
    yield "fields", ", ".join(changes.fields)
    yield "objects", ", ".join(changes.objects)


def _evidence(one: EvidenceVerdict, lang: str) -> Block:
    lines = [
        (
            "events",
            CHAIN_OF_EVENTS[one.first_break is None].say(
                lang, count=one.events, at=one.first_break
            ),
        ),
        ("revisions", str(one.revisions) if one.document else ""),
        ("reports", str(one.reports) if one.reports else ""),
        ("seal", one.sealed_by.name if one.sealed_by else ""),
        ("root", _root(one.root, lang)),
        ("when", instant(one.sealed_at) if one.sealed_at else ""),
        ("archived", instant(one.archived_at) if one.archived_at else ""),
        ("detail", one.detail),
        ("error", one.error_id),
    ]
    return Block(
        EVIDENCE.say(lang),
        one.state,
        tuple((LABELS[key].say(lang), text) for key, text in lines if text),
        tuple(EVIDENCE_PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _heads(one: HeadsVerdict, lang: str) -> Block:
    lines = [
        ("day", one.day),
        ("head", str(one.seq or "")),
        ("root", _root(one.root, lang)),
        ("when", instant(one.stamped_at) if one.stamped_at else ""),
        ("detail", one.detail),
    ]
    return Block(
        HEADS.say(lang),
        one.state,
        tuple((LABELS[key].say(lang), text) for key, text in lines if text),
        tuple(HEADS_PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _root(root: Root | None, lang: str) -> str:
    if root is None:
        return ""
    semicolon = "\u00a0;" if lang == "fr" else ";"
    return f"{root.name} ({KNOWN[root.known].say(lang)}{semicolon} SHA-256 {root.sha256})"
