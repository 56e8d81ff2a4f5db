"""A browser at the deployed portal: cookies, redirects, forms; and the provider's page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

if TYPE_CHECKING:
    from infra.local.sign_in import Somebody

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Page:
    """What a browser shows."""

    url: str
    status: int
    text: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """Where it is."""
        return urlsplit(self.url).path

    @property
    def headline(self) -> str:
        """Its heading."""
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        return unescape(found[1]) if found else ""

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of its forms; of doubles, the first."""
        return dict(reversed(_HIDDEN.findall(self.text)))


@dataclass
class Surfer:
    """A browser of its own; `at` is the portal's address."""

    at: str
    agent: str = AGENT
    jar: dict[str, dict[str, str]] = field(default_factory=dict)
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def get(self, path: str, *, follow: bool = True) -> Page:
        """Open a page."""
        return self._ask("GET", urljoin(self.at + "/", path), None, follow=follow)

    def post(self, path: str, page: Page, follow: bool = True, **typed: str) -> Page:  # noqa: FBT001, FBT002
        """Send a form of a page."""
        body = urlencode({**page.hidden(), **typed})
        return self._ask("POST", urljoin(self.at + "/", path), body, follow=follow)

    def sign_in(self, somebody: Somebody, to: str = "/") -> Page:
        """Sign in as one of the cast."""
        chosen = self.get(f"/sign-in/start?{urlencode({'to': to})}")
        return self._ask("POST", chosen.url, urlencode({"sub": somebody.subject}), follow=True)

    def _ask(self, method: str, url: str, body: str | None, *, follow: bool) -> Page:
        for _ in range(8):
            headers = {"User-Agent": self.agent, "Accept-Language": "fr"}
            site = urlsplit(url).netloc
            if cookies := self.jar.get(site):
                headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
            if body is not None:
                headers |= {"Content-Type": _FORM_TYPE, "Sec-Fetch-Site": "same-origin"}
            answer = self.pool.request(method, url, body=body, headers=headers, redirect=False)
            self._keep(site, answer.headers.getlist("set-cookie"))
            where = answer.headers.get("location")
            if not (follow and where):
                told = {name.lower(): value for name, value in answer.headers.items()}
                return Page(url, answer.status, answer.data.decode(), told)
            method, url, body = "GET", urljoin(url, where), None
        raise AssertionError("redirected in a circle")

    def _keep(self, site: str, said: list[str]) -> None:
        for line in said:
            name, _, value = line.partition(";")[0].partition("=")
            self.jar.setdefault(site, {})[name] = value
            if "Max-Age=0" in line:
                del self.jar[site][name]
