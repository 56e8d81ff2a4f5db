"""What the attacks on trust and on the CMS are made with."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from infra.local.journey import sample_pdf
from paraphe.adapters.trust.pades.writer import dss
from paraphe.adapters.trust.verification.check import check
from tests.support import forged_cms, forging, signed
from tests.support.forged_cms import Cms
from tests.support.forging import Party, Wish

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.trust.evidence_verdict import Verdict

NOW = signed.BEGIN + timedelta(minutes=5)


@functools.cache
def house() -> signed.House:
    """One house for all of it."""
    return signed.house()


@functools.cache
def prepared() -> bytes:
    """A PDF with an empty field and a document time-stamp: nobody has signed it."""
    pdf = sample_pdf(["Lettre de mission"])
    return signed.prepared(house(), pdf, 1, seal=False, visible=False).getvalue()


@dataclass(frozen=True)
class Workshop:
    """A house whose reader trusts one more root for signatures: the forger may use it."""

    house: signed.House
    root: Party
    pdf: bytes

    @property
    def trust(self) -> bytes:
        """What the reader trusts."""
        return forging.trusting(self.house, self.root)

    def issue(self, wish: Wish | None = None, by: Party | None = None, **more: object) -> Party:
        """A certificate under the root."""
        return forging.certify(wish or Wish(), signed.BEGIN, by or self.root, **more)  # type: ignore[arg-type]

    def material(self, *parties: Party, ocsps: tuple[bytes, ...] = ()) -> dss.Material:
        """Fresh empty lists of the authorities above, and of the time-stamp service."""
        authorities = [*parties, self.root, forging.stamping_root(self.house)]
        certificates = [c for one in authorities for c in one.chain]
        lists = [one.crl(signed.BEGIN) for one in authorities]
        return dss.Material.of(certificates, ocsps, lists)

    def sign(
        self,
        signer: Party,
        *authorities: Party,
        change: Callable[[Cms], Cms] = lambda one: one,
        material: dss.Material | None = None,
        stamped: bool = True,
        **more: object,
    ) -> bytes:
        """The PDF, signed by somebody, with a true time-stamp."""

        def make(digest: bytes) -> bytes:
            stamps = [functools.partial(forged_cms.token, self.house)] if stamped else []
            return change(Cms(signer, digest, stamps=stamps)).encode()  # type: ignore[arg-type]

        material = material if material is not None else self.material(*authorities)
        return forging.embed(self.pdf, make, material=material, **more)  # type: ignore[arg-type]

    def judge(self, data: bytes, trust: bytes | None = None, **more: object) -> Verdict:
        """What the verifier says five minutes later."""
        return check(data, None, [self.trust if trust is None else trust], NOW, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def shop() -> Workshop:
    """The forger's."""
    return Workshop(house(), forging.signing_root(signed.BEGIN), prepared())


def mail(**changed: object) -> Wish:
    """A certificate as authorities give it to people: e-mail and non-repudiation."""
    return replace(Wish(purposes=(forging.MAIL,)), **changed)  # type: ignore[arg-type]
