"""What is asked of each part of the engine that reads strangers' bytes.

A target breaks one seed and hands it over. Whatever happens has to be one of the errors that the
part names in its docstring; anything else, or a yes to something false, is a complaint.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509

from paraphe.adapters.trust.pades.cms import cades, der, revocation, tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceError, TrustServiceRefusedError
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, load_roots
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import add_fields
from paraphe.adapters.trust.pades.writer.increment import Increment
from paraphe.adapters.trust.pades.writer.syntax import PdfError, parse, serialize
from paraphe.domain.errors import InvalidError
from paraphe.domain.trust.signatures import FieldBox, SignatureField
from paraphe.domain.trust.verdict import Problem, State
from tests.fuzz.pades import seeds
from tests.fuzz.pades.mutations import MUTATIONS, blank, cut, double, flip, truncate

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping
    from datetime import datetime

_FIELDS = (SignatureField("a", FieldBox(1, 72, 72, 120, 40)), SignatureField("b", is_seal=True))


@dataclass
class Tried:
    """One broken file: what was done to it, what came of it, and what is wrong with that."""

    name: str
    data: bytes = field(repr=False)
    complaints: list[str]


def _broken(chance: random.Random, data: bytes) -> tuple[str, bytes]:
    """One to three mutations, and their names."""
    done = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        change = chance.choice(MUTATIONS)
        data = change(chance, data) or b"%PDF-"
        done.append(change.__name__)
    return "+".join(done), data


def _unsigned(chance: random.Random) -> tuple[str, bytes]:
    title = chance.choice(sorted(seeds.unsigned()))
    done, data = _broken(chance, seeds.unsigned()[title])
    return f"{title} {done}", data


def validate_signed(chance: random.Random) -> Tried:
    """A signed file that was changed is valid only if it still says the same."""
    data, ends = seeds.signed_pdf(chance.choice(seeds.SIGNED))
    change = chance.choice(MUTATIONS)
    made = change(chance, data)
    verdict = verify(made, load_roots([seeds.roots()]), seeds.now())
    tried = Tried(f"{change.__name__} -> {verdict.state}", made, [])
    if verdict.state is State.VALID and not _says_the_same(made, data, ends):
        tried.complaints.append("called valid")
    if Problem.INTERNAL in verdict.problems:
        tried.complaints.append(f"an error of the validation itself: {verdict.error_id}")
    return tried


def _says_the_same(made: bytes, data: bytes, ends: tuple[int, ...]) -> bool:
    """Whether it is a revision, or the whole file with an object's newest version once more."""
    if made.rstrip() in {data[:end].rstrip() for end in ends}:
        return True
    again = made.removeprefix(data).partition(b"\nxref\n")[0]
    newest = data[data.rfind(again.partition(b" obj")[0] + b" obj") :]
    return made.startswith(data) and newest.startswith(again)


def validate_unsigned(chance: random.Random) -> Tried:
    """Whatever it is: a verdict, never an error; nobody is trusted, so never a yes."""
    name, data = _unsigned(chance)
    verdict = verify(data, Anchors(), seeds.now())
    wrong = ["valid, and nobody is trusted"] if verdict.state is State.VALID else []
    return Tried(f"{name} -> {verdict.state}", data, wrong)


def write(chance: random.Random) -> Tried:
    """Fields are added to a broken file, or it is refused; what is appended can be read again."""
    name, data = _unsigned(chance)
    tried = Tried(name, data, [])
    try:
        increment = Increment(open_document(io.BytesIO(data)))
        add_fields(increment, _FIELDS)
        made = data + increment.unsigned()
    except (PdfError, InvalidError) as error:
        tried.name += f" -> {type(error).__name__}"
        return tried
    tried.name += " -> written"
    try:
        open_document(io.BytesIO(made))
    except PdfError as error:
        tried.complaints.append(f"what was written cannot be read: {error}")
    return tried


def syntax(chance: random.Random) -> Tried:
    """A value that was read is read again from what is written of it."""
    source = chance.choice(sorted(seeds.unsigned()))
    name, data = _broken(chance, seeds.unsigned()[source])
    at = chance.randrange(len(data))
    tried = Tried(f"{source} {name} at {at}", data, [])
    try:
        value, end = parse(data, at)
    except PdfError as error:
        tried.name += f" -> {type(error).__name__}"
        return tried
    if not at < end <= len(data):
        tried.complaints.append(f"ends at {end}")
    if parse(serialize(value) + b"\nendobj", 0)[0] != value:
        tried.complaints.append(f"written as {serialize(value)[:80]!r}")
    return tried


def token(chance: random.Random) -> Tried:
    """A changed time-stamp token is refused, or says what it said."""
    whole = seeds.kept("token.tsr")
    roots, digest = (seeds.stamp_root(),), seeds.TOKEN_DIGEST
    first = tsp.verify_token(tsp.token_from_response(whole), digest, roots)
    made = _der(chance, whole)
    tried = Tried("token", made, [])
    try:
        said = tsp.verify_token(tsp.token_from_response(made), digest, roots)
    except TrustServiceRefusedError:
        return tried
    if (said.at, said.policy, said.chain) != (first.at, first.policy, first.chain):
        tried.complaints.append("verified with another instant, policy or chain")
    return tried


def cms(chance: random.Random) -> Tried:
    """What is read as a CAdES signature is written as it was read."""
    made = _der(chance, tsp.token_from_response(seeds.kept("token.tsr")))
    tried = Tried("cms", made, [])
    try:
        der.check(made)
        read = cades.parse(made)
    except ValueError:  # DerError and CadesError are some
        return tried
    if cades.parse(read.encoded()).encoded() != read.encoded():
        tried.complaints.append("written in two ways")
    return tried


def answer(chance: random.Random) -> Tried:
    """A changed OCSP answer is refused, or says what it said."""
    whole = seeds.kept("answer.ocsp")
    made = _der(chance, whole)
    tried = Tried("answer", made, [])
    try:
        until = _ask(made)
    except (ValueError, TrustServiceRefusedError):
        return tried
    if until != _ask(whole):
        tried.complaints.append("believed until another instant")
    return tried


def _ask(answer: bytes) -> datetime:
    """Until when a responder's answer about the signer's certificate is believed."""
    signer, issuing = (
        x509.load_der_x509_certificate(seeds.kept(f"{name}.cer")) for name in ("signer", "issuing")
    )
    until, _ = revocation.ask(lambda *_: answer, "http://test", signer, issuing, seeds.now())
    return until


def revocation_list(chance: random.Random) -> Tried:
    """A changed revocation list is not believed, or says what it said."""
    whole = seeds.kept("list.crl")
    made = _der(chance, whole)
    tried = Tried("list", made, [])
    chain = tsp.verify_token(
        tsp.token_from_response(seeds.kept("token.tsr")), seeds.TOKEN_DIGEST, (seeds.stamp_root(),)
    ).chain
    try:
        source = revocation.HttpRevocationSource(lambda *_: made)
        proof = source.proof_for(chain, seeds.now())
    except TrustServiceError:
        return tried
    if proof.crls != (whole,):
        tried.complaints.append("another list is believed")
    return tried


def _der(chance: random.Random, data: bytes) -> bytes:
    """One to three changes of bytes, lengths or pieces."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        change = chance.choice((flip, flip, cut, double, blank, truncate))
        data = change(chance, data) or b"\x30\x00"
    return data


TARGETS: Mapping[str, Callable[[random.Random], Tried]] = {
    "validate signed": validate_signed,
    "validate unsigned": validate_unsigned,
    "write": write,
    "syntax": syntax,
    "token": token,
    "cms": cms,
    "answer": answer,
    "list": revocation_list,
}
