"""The seal on an account: CAdES-B-LTA, made and renewed (docs/decisions/0021-long-term-account.md).

The file is JSON, `{"evidence": …, "seal": {"cms": …}}`. A renewal writes another text between the
quotes of `cms` and changes no other byte.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraphe.adapters.trust.pades.cms import cades, tsp
from paraphe.adapters.trust.pades.writer.dss import Material
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.adapters.trust.pades.writer.trust import ends_at, material_of
from paraphe.domain.evidence import account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.trust.pades.cms.cades import Cades
    from paraphe.adapters.trust.pades.cms.credential import Credential
    from paraphe.adapters.trust.pades.writer.trust import Trust

# Beside the CMS, in accounts that were made before the CMS held all of it.
_BESIDE = ("certificates", "ocsps", "crls")


class AccountError(PdfError):
    """A kept account that cannot be read."""


@dataclass(frozen=True, slots=True)
class Account:
    """A sealed account as it is kept."""

    data: bytes
    whole: Mapping[str, Any]
    seal: Cades

    @property
    def content(self) -> bytes:
        """What the seal is over."""
        return account.canonical(self.whole["evidence"])

    def with_seal(self, seal: Cades) -> bytes:
        """The file with this seal; nothing else in it changes."""
        made = base64.b64encode(seal.encoded())
        if set(self.whole["seal"]) == {"cms"}:
            return self.data.replace(str(self.whole["seal"]["cms"]).encode(), made, 1)
        return written(self.whole["evidence"], seal)


def written(evidence: Mapping[str, Any], seal: Cades) -> bytes:
    """The file, in the one form that it has."""
    sealed = {"cms": base64.b64encode(seal.encoded()).decode()}
    return account.written({"evidence": evidence, "seal": sealed})


def read(data: bytes) -> Account:
    """Read a kept account.

    Raises:
        AccountError: it is none.

    """
    try:
        whole = json.loads(data)
        seal = cades.parse(base64.b64decode(whole["seal"]["cms"], validate=True))
        beside = {name: _decoded(whole["seal"].get(name, ())) for name in _BESIDE}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AccountError("not a sealed account") from error
    if any(beside.values()):
        seal = seal.holding(*(beside[name] for name in _BESIDE))
    return Account(data, whole, seal)


def _decoded(listed: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(one, validate=True) for one in listed)


def holding(signed: bytes, credential: Credential, material: Material) -> Cades:
    """A signature (ContentInfo, DER) with all that proves its certificates, and `material`."""
    return _holding(cades.parse(signed), material_of(credential) + material)


def archive(seal: Cades, content: bytes, trust: Trust, now: datetime) -> Cades:
    """Add an archive time-stamp over everything, and first the proof about its own service.

    Raises:
        TrustServiceUnavailableError, TrustServiceRefusedError: a service's answer.

    """
    for _ in range(3):
        chain = trust.chain
        ready = _holding(seal, trust.material(now))
        index = ready.index()
        token = trust.stamp(ready.imprint(index, content))
        if token.chain == chain:
            return ready.archived(token.der, index)
        # The service changed its certificate since the last token: once more, now it is known.
    message = "the time-stamp service changes its certificate with each token"
    raise AccountError(message)


def newest_chain(account: Account, roots: Sequence[x509.Certificate]) -> tuple[Any, ...]:
    """The certificates behind the newest archive time-stamp; none when there is none.

    Raises:
        CadesError, TrustServiceRefusedError: it is over something else, or does not hold.

    """
    archives = account.seal.archives
    if not archives:
        return ()
    newest = archives[-1]
    imprint = account.seal.imprint(newest.index, account.content)
    return tsp.verify_token(newest.token, imprint, roots).chain


def renew(
    account: Account, trust: Trust, now: datetime, roots: Sequence[x509.Certificate]
) -> bytes:
    """The file with one archive time-stamp more, under fresh proof about the last one's service.

    Raises what `archive` and `newest_chain` raise.
    """
    chain = newest_chain(account, roots)
    seal = account.seal
    if chain and now < ends_at(chain):
        proof = trust.revocations.proof_for(chain, now)
        seal = _holding(seal, Material.of(chain, proof.ocsps, proof.crls))
    return account.with_seal(archive(seal, account.content, trust, now))


def _holding(seal: Cades, material: Material) -> Cades:
    return seal.holding(material.certificates, material.ocsps, material.crls)
