"""A request behind an e-mailed link: the token in its path, and what the link opens."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from paraphe.domain.evidence.events.happening import Browser
from paraphe.locales import Texts
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import Visit
from web.services import Door

View = Callable[[Door, HttpRequest], HttpResponse]
# The part of a route's template that the token stands for.
TOKEN = "token"  # noqa: S105 (its name, not a secret)


@dataclass(frozen=True, slots=True, repr=False)
class LinkVisit:
    """A request of whoever holds a link. It has no `repr`: the token must not get into a log."""

    http: HttpRequest
    visit: Visit

    @property
    def address(self) -> str:
        """The link's page, from here, without a query."""
        return address_of(self.http)

    @property
    def home(self) -> str:
        """The link's page, from here, in the language of the switch."""
        return f"{self.address}{self.http.language_query}"

    @property
    def locale(self) -> str:
        """The recipient's language."""
        return self.visit.recipient.locale

    def words(self) -> Texts:
        """Return the words to use: the switch's language, else the recipient's."""
        return self.http.words(self.locale)

    def browser(self, locale: str | None = None) -> Browser:
        """Return what the audit trail keeps of an act; never to be logged."""
        return Browser(ip=self.http.ip, user_agent=self.http.agent, locale=locale)


LinkView = Callable[[Door, LinkVisit], HttpResponse]


def address_of(http: HttpRequest) -> str:
    """Return the address of the link's page, from here; empty where there is no link."""
    token = http.path_values.get(TOKEN)
    return f"{http.root}s/{token}" if token else ""


def opened(door: Door, http: HttpRequest) -> LinkVisit:
    """Open the request's link.

    Raises:
        NotFoundError: the link never existed, or a newer one replaced it.

    """
    token = http.path_values.get(TOKEN, "")
    return LinkVisit(http, sign_in_browser.open_link(door.services.requests, token))


def behind_link(view: LinkView) -> View:
    """Make a view of a link a view of any request."""

    @functools.wraps(view)
    def show(door: Door, http: HttpRequest) -> HttpResponse:
        link = opened(door, http)
        door.observer.about(link.visit.request.id, link.visit.request.firm_id)
        return view(door, link)

    return show
