"""A world and the pages on it; a browser that keeps cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.support.web_harness import Answer, Site
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.ports.requests import RequestRef


@dataclass
class Signer:
    """A person at a browser: keeps cookies, and knows the end of their mobile's number."""

    site: Site
    ref: RequestRef
    id: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def link(self) -> str:
        """The path of their link."""
        return self.site.link(self.ref, self.id)

    @property
    def digits(self) -> str:
        """The last four digits of their mobile's number."""
        return (self.site.world.recipient(self.ref, self.id).phone or "")[-4:]

    def look(self, more: str = "") -> Answer:
        """GET the page, or one below it."""
        return self.site.get(f"{self.link}{more}", headers=self._headers())

    def send(self, what: str, form: Mapping[str, str]) -> Answer:
        """POST one of the page's forms."""
        answer = self.site.post(f"{self.link}/{what}", form, headers=self._headers())
        if "set-cookie" in answer.headers:
            name, _, value = answer.headers["set-cookie"].split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def consent(self) -> Answer:
        """Tick the box, type the digits, and let the SMS arrive."""
        answer = self.send("consent", {"agreed": "yes", "phone_digits": self.digits})
        self.site.world.run_actor(self.ref)
        return answer

    def code(self) -> str:
        """Read the SMS."""
        return self.site.world.code(self.ref, self.id)

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"cookie": pairs} if pairs else {}


@pytest.fixture
def world() -> World:
    """A platform in memory."""
    return World()


@pytest.fixture
def site(world: World) -> Site:
    """The pages on it."""
    return Site(world)


@pytest.fixture
def signer(world: World, site: Site) -> Signer:
    """The only signer of a request that was just launched."""
    ref = world.launched()
    return Signer(site, ref, world.signer_ids(ref)[0])
