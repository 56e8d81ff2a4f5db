"""Document time-stamps (ETSI EN 319 142-1 §5.4.3): before the first signature, after the last one.

The first one is what lets one-time certificates stand for years. A validator accepts the OCSP
answer about an expired certificate only with proof that the answer's issuer existed before that
expiry (ETSI EN 319 102-1 §5.6.2.4), and signers may sign days before the last time-stamp. So the
issuing certificate is in the security store of the update that makes the fields, and stamped there.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from paraphe.adapters.trust.pades.cms import der, tsp
from paraphe.adapters.trust.pades.writer import check, dss, stamps, writing
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import (
    PRINT_AND_LOCKED,
    add_fields,
    field_names,
    find_field,
    register,
)
from paraphe.adapters.trust.pades.writer.increment import Increment, Placeholder
from paraphe.adapters.trust.pades.writer.page_marks import mark_pages
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, text_string
from paraphe.adapters.trust.pades.writer.trust import ends_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.trust.pades.cms.credential import AuthorityChain
    from paraphe.adapters.trust.pades.writer.trust import Trust
    from paraphe.adapters.trust.pades.writer.writing import Prefix
    from paraphe.domain.trust.signatures import SignatureField

_RESERVED = 16_384
_BLOCK = 1024 * 1024


def prepare(
    file: BinaryIO,
    fields: Sequence[SignatureField],
    chain: AuthorityChain,
    trust: Trust,
    now: datetime,
    across: str = "",
) -> datetime:
    """Append one update, in place: fields, locks, the authority's certificates and a time-stamp.

    Earlier signatures keep their bytes; `across` is put across every page, of what is not signed
    yet. Return the time-stamp's instant.

    Raises:
        InvalidError: a box is off its page, or a name is taken.
        PdfError: the file cannot be updated safely.
        TrustServiceUnavailableError, TrustServiceRefusedError: a service's answer.
        SignatureCheckError: what was written does not verify; the file is as before.

    """
    material = dss.Material.of(chain.certificates, crls=chain.crls)
    prefix = writing.hash_prefix(file)
    at, _ = stamp(file, prefix, trust, now, fields=fields, material=material, across=across)
    return at


def renew(
    file: BinaryIO, trust: Trust, now: datetime, roots: Sequence[x509.Certificate] = ()
) -> datetime:
    """Add a document time-stamp, before the last one's certificate expires.

    What it covers has to hold on its own: with `roots`, the certificates under which time-stamps
    are believed, fresh proof about the last one's service is put in as well.

    Raises what `prepare` raises.
    """
    chain = newest_chain(file, roots) if roots else ()
    material = dss.Material.of(chain)
    if chain and now < ends_at(chain):
        proof = trust.revocations.proof_for(chain, now)
        material += dss.Material((), proof.ocsps, proof.crls)
    at, _ = stamp(file, writing.hash_prefix(file), trust, now, material=material)
    return at


def newest_chain(file: BinaryIO, roots: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The certificates behind the time-stamp that ends a file; none when something else does.

    Raises:
        PdfError, TrustServiceRefusedError: the file is broken, or the time-stamp does not hold.

    """
    document = open_document(file)
    for name in field_names(document):
        _, entries = find_field(document, name)
        value = document.resolve(entries.get("V"))
        if not isinstance(value, dict) or value.get("SubFilter") != Name("ETSI.RFC3161"):
            continue
        numbers, contents = value.get("ByteRange"), value.get("Contents")
        if not isinstance(numbers, list) or not isinstance(contents, bytes):
            continue
        first, size, rest, tail = (n if isinstance(n, int) else -1 for n in numbers)
        if first == 0 and rest + tail == document.size:
            digest = _digest(file, size, rest, tail)
            return tsp.verify_token(der.parse(contents).raw, digest, roots).chain
    return ()


def _digest(file: BinaryIO, size: int, rest: int, tail: int) -> bytes:
    state = hashlib.sha256()
    for start, count in ((0, size), (rest, tail)):
        file.seek(start)
        left = count
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            state.update(block)
            left -= len(block)
    return state.digest()


def stamp(
    file: BinaryIO,
    prefix: Prefix,
    trust: Trust,
    now: datetime,
    *,
    fields: Sequence[SignatureField] = (),
    material: dss.Material | None = None,
    across: str = "",
) -> tuple[datetime, Prefix]:
    """Add a time-stamp over everything, after `fields` and `material`; its instant, the revision.

    Raises what `prepare` raises.
    """
    document = open_document(file)
    increment = Increment(document)
    if fields:
        add_fields(increment, fields)
    if across:
        mark_pages(increment, across)
    name = stamps.free_name(field_names(document))
    register(increment, [increment.add(_widget(increment, name))])
    chain = trust.chain
    dss.extend(increment, (material or dss.Material()) + trust.material(now))
    section = increment.signed()
    token = trust.stamp(prefix.digest(section.head, section.tail))
    if token.chain != chain:
        # The service changed its certificate since the last token: once more, now it is known.
        return stamp(file, prefix, trust, now, fields=fields, material=material, across=across)
    after = writing.append(
        file,
        prefix,
        section,
        token.der,
        lambda update: check.check_timestamp(check.Written(document, prefix, update), name, token),
    )
    return token.at, after


def _widget(increment: Increment, name: str) -> Dictionary:
    value: Dictionary = {
        "Type": Name("DocTimeStamp"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("ETSI.RFC3161"),
    }
    return {
        "Type": Name("Annot"),
        "Subtype": Name("Widget"),
        "FT": Name("Sig"),
        "T": text_string(name),
        "F": PRINT_AND_LOCKED,
        "Rect": [0, 0, 0, 0],
        "V": increment.add(Placeholder(value, _RESERVED)),
    }
