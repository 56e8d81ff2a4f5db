"""The views behind a link: each calls one use case and answers with a page."""

from paraphe.domain.errors import NotFoundError, ParapheError
from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.requests.decision import find_document
from paraphe.domain.signing import visible_marks
from paraphe.domain.signing.visible_marks import Chosen
from paraphe.pages.http_response import HttpResponse, see_other
from paraphe.usecases import using
from paraphe.usecases.evidence.read_evidence import attestation_url
from paraphe.usecases.requests.edit_documents import download_url
from paraphe.usecases.signing.approve_in_browser import Approve, ConfirmReading, Said
from paraphe.usecases.signing.sign_in_browser import (
    Consented,
    Decline,
    EnterCode,
    Entered,
    GiveConsent,
)
from web import documents, phone_check, screens, state_pages
from web.link import LinkVisit
from web.render import link_page
from web.screens import ACTING, DECLINABLE, GONE, Screen
from web.services import Door


def show(door: Door, link: LinkVisit) -> HttpResponse:
    """Show where a link stands. Changes nothing (P10)."""
    return state_pages.state_page(door, link)


def consent(door: Door, link: LinkVisit) -> HttpResponse:
    """Take the consent and have a code sent; also sends another one (P9)."""
    try:
        after = using(GiveConsent, door.services)(link.visit, _consented(link), link.http.now)
    except ParapheError as error:
        return state_pages.refused(door, link, error)
    _count(door, link, "CodesRequested")
    return see_other(link.home, {"Set-Cookie": phone_check.cookie(link, after)})


def _count(door: Door, link: LinkVisit, metric: str) -> None:
    """Count what somebody did; what is only a test counts nowhere."""
    if not link.visit.request.is_test:
        door.observer.count(metric)


def _consented(link: LinkVisit) -> Consented:
    return Consented(
        agreed=link.http.form.get("agreed") == "yes",
        phone_digits=phone_check.digits(link),
        page=_page(link),
    )


def _page(link: LinkVisit) -> ConsentPage:
    words = link.words()
    pages = sum(len(d.pages) for d in link.visit.request.documents)
    return ConsentPage(
        browser=link.browser(words.locale),
        consent_text=state_pages.consent_text(link.visit, words),
        pages_seen=_pages_seen(link, pages),
        pages=pages,
    )


def approve(door: Door, link: LinkVisit) -> HttpResponse:
    """Approve; no code is asked for."""
    return _act(door, link, using(Approve, door.services), "ApprovalsGiven")


def reading(door: Door, link: LinkVisit) -> HttpResponse:
    """Take a viewer's word that they have read."""
    return _act(door, link, using(ConfirmReading, door.services), "ReadingsConfirmed")


def _act(door: Door, link: LinkVisit, act: Approve | ConfirmReading, metric: str) -> HttpResponse:
    said = Said(link.http.form.get("phone_digits", ""), _page(link))
    try:
        act(link.visit, said, link.http.now)
    except ParapheError as error:
        return state_pages.refused(door, link, error)
    _count(door, link, metric)
    return see_other(link.home)


def enter_code(door: Door, link: LinkVisit) -> HttpResponse:
    """Sign, if the code is right (P9, P11)."""
    mark = None
    try:
        if screens.screen_of(link.visit, link.http.now) is Screen.CODE:
            mark = _mark(link)
        using(EnterCode, door.services)(
            link.visit,
            Entered(
                link.http.form.get("code", ""),
                link.browser(link.words().locale),
                mark,
                phone_check.digits(link),
            ),
            link.http.now,
        )
    except ParapheError as error:
        return state_pages.refused(door, link, error)
    _count(door, link, "SignaturesAccepted")
    return see_other(link.home)


def decline_form(_: Door, link: LinkVisit) -> HttpResponse:
    """Ask for the reason. Changes nothing (P10)."""
    if screens.screen_of(link.visit, link.http.now) not in DECLINABLE:
        return see_other(link.home)
    return state_pages.decline_page(link)


def decline(door: Door, link: LinkVisit) -> HttpResponse:
    """End the request (P12)."""
    try:
        using(Decline, door.services)(
            link.visit,
            reason=link.http.form.get("reason", ""),
            phone_digits=phone_check.digits(link),
            browser=link.browser(),
            now=link.http.now,
        )
    except ParapheError as error:
        if error.field is not None:
            return state_pages.decline_page(link, error)
        return state_pages.refused(door, link, error)
    _count(door, link, "RequestsDeclined")
    return see_other(link.home)


def download(door: Door, link: LinkVisit) -> HttpResponse:
    """Send the browser to a signed original (P12, P16)."""
    http, request = link.http, link.visit.request
    if screens.screen_of(link.visit, http.now) in GONE:
        return state_pages.state_page(door, link)
    try:
        document = http.path_values["document"]
        url = download_url(door.services.files, request, document, http.now)
    except NotFoundError:
        raise
    except ParapheError as error:
        return state_pages.state_page(door, link, error)
    return see_other(url)


def attestation(door: Door, link: LinkVisit) -> HttpResponse:
    """Send the browser to the signer's own attestation (P19)."""
    if screens.screen_of(link.visit, link.http.now) in GONE:
        return state_pages.state_page(door, link)
    try:
        kept = door.services.evidence_files
        url = attestation_url(kept, link.visit.request, link.visit.recipient.id)
    except ParapheError as error:
        return state_pages.state_page(door, link, error)
    return see_other(url)


def read_on(door: Door, link: LinkVisit) -> HttpResponse:
    """Show one document, or the rest of a long one. Changes nothing (P10)."""
    http, request = link.http, link.visit.request
    if screens.screen_of(link.visit, http.now) not in ACTING:
        return see_other(link.home)
    document = find_document(request, http.path_values["document"])
    first = _whole_number(http.query.get("page", "1"))
    part = documents.one_document(door.services.files, request, document, first or 1)
    return link_page(
        "read.html",
        link,
        pictures=documents.origins((part,)),
        part=part,
        onward=state_pages.onward(link.visit, link.words()),
        step=documents.PAGES_AT_ONCE,
    )


def _mark(link: LinkVisit) -> Chosen | None:
    """Judge how the visible mark shall look, before a try of the code is counted."""
    if not visible_marks.may_choose(link.visit.recipient):
        return None
    form = link.http.form
    posted = {name: form.get(name, "") for name in ("typed", "strokes", "picture")}
    return visible_marks.choose(form.get("mark", ""), **posted)


def _pages_seen(link: LinkVisit, pages: int) -> str:
    """Return how many pages the browser says it showed; without scripts it doesn't say."""
    said = link.http.form.get("pages_seen", "")
    seen = _whole_number(said)
    return said if seen is not None and seen <= pages else "unknown"


def _whole_number(text: str) -> int | None:
    """Read up to five digits; anything else is no number that we asked for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004
