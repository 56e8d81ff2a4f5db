"""The views: each calls one use case and answers with a page."""

from paraphe.domain.errors import NotFoundError, ParapheError
from paraphe.domain.requests.decision import find_document
from paraphe.domain.signing import visible_marks
from paraphe.domain.signing.visible_marks import Chosen
from paraphe.locales import Texts
from paraphe.usecases.evidence.read_evidence import attestation_url
from paraphe.usecases.requests.edit_documents import download_url
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import Consented, Entered, Visit
from web import documents, phone_check, render, screens, state_pages
from web.render import Reply
from web.request import Ask
from web.screens import ACTING, DECLINABLE, GONE, Screen
from web.services import Surroundings


def landing(_: Surroundings, ask: Ask) -> Reply:
    """Show what this place is, to who came without a link."""
    return render.page("landing.html", ask)


def about(_: Surroundings, ask: Ask) -> Reply:
    """Say what these signatures are, and what they are not."""
    return render.page("about.html", ask)


def healthz(_: Surroundings, __: Ask) -> Reply:
    """Say that the function runs."""
    return render.plain(200, "ok\n")


def static(_: Surroundings, ask: Ask) -> Reply:
    """Give a static file."""
    return render.static(ask.params["file"]) or render.plain(404, "not found\n")


def show(world: Surroundings, ask: Ask) -> Reply:
    """Show where a link stands. Changes nothing (P10)."""
    return state_pages.state_page(world, ask, _open(world, ask))


def consent(world: Surroundings, ask: Ask) -> Reply:
    """Take the consent and have a code sent; also sends another one (P9)."""
    visit = _open(world, ask)
    words = ask.words(visit.recipient.locale)
    try:
        after = sign_in_browser.give_consent(
            world.tools.requests(),
            world.tools.actors(),
            world.tools.limits(),
            world.tools.entropy(),
            visit,
            _consented(ask, visit, words),
            ask.now,
        )
    except ParapheError as error:
        return state_pages.refused(world, ask, error)
    world.observer.count("CodesRequested")
    return render.see_other(
        state_pages.home(ask), {"Set-Cookie": phone_check.cookie(ask, visit, after)}
    )


def _consented(ask: Ask, visit: Visit, words: Texts) -> Consented:
    pages = sum(len(d.pages) for d in visit.request.documents)
    return Consented(
        agreed=ask.form.get("agreed") == "yes",
        phone_digits=phone_check.digits(ask, visit),
        evidence=ask.evidence(
            locale=words.locale,
            consent_text=state_pages.consent_text(visit, words),
            pages_seen=_pages_seen(ask, pages),
            pages=pages,
        ),
    )


def enter_code(world: Surroundings, ask: Ask) -> Reply:
    """Sign, if the code is right (P9, P11)."""
    visit = _open(world, ask)
    words = ask.words(visit.recipient.locale)
    mark = None
    try:
        if screens.screen_of(visit, ask.now) is Screen.CODE:
            mark = _mark(ask, visit)
        sign_in_browser.enter_code(
            world.tools.requests(),
            world.tools.actors(),
            world.tools.codes(),
            world.tools.entropy(),
            world.tools.files(),
            visit,
            Entered(
                ask.form.get("code", ""),
                ask.evidence(locale=words.locale),
                mark,
                phone_check.digits(ask, visit),
            ),
            ask.now,
        )
    except ParapheError as error:
        return state_pages.refused(world, ask, error)
    world.observer.count("SignaturesAccepted")
    return render.see_other(state_pages.home(ask))


def decline_form(world: Surroundings, ask: Ask) -> Reply:
    """Ask for the reason. Changes nothing (P10)."""
    visit = _open(world, ask)
    if screens.screen_of(visit, ask.now) not in DECLINABLE:
        return render.see_other(state_pages.home(ask))
    return state_pages.decline_page(ask, visit)


def decline(world: Surroundings, ask: Ask) -> Reply:
    """End the request (P12)."""
    visit = _open(world, ask)
    try:
        sign_in_browser.decline(
            world.tools.requests(),
            world.tools.actors(),
            visit,
            reason=ask.form.get("reason", ""),
            phone_digits=phone_check.digits(ask, visit),
            evidence=ask.evidence(),
            now=ask.now,
        )
    except ParapheError as error:
        if error.field is not None:
            return state_pages.decline_page(ask, visit, error)
        return state_pages.refused(world, ask, error)
    world.observer.count("RequestsDeclined")
    return render.see_other(state_pages.home(ask))


def download(world: Surroundings, ask: Ask) -> Reply:
    """Send the browser to a signed original (P12, P16)."""
    visit = _open(world, ask)
    if screens.screen_of(visit, ask.now) in GONE:
        return state_pages.state_page(world, ask, visit)
    try:
        url = download_url(world.tools.files(), visit.request, ask.params["document"], ask.now)
    except NotFoundError:
        raise
    except ParapheError as error:
        return state_pages.state_page(world, ask, visit, error)
    return render.see_other(url)


def attestation(world: Surroundings, ask: Ask) -> Reply:
    """Send the browser to the signer's own attestation (P19)."""
    visit = _open(world, ask)
    if screens.screen_of(visit, ask.now) in GONE:
        return state_pages.state_page(world, ask, visit)
    try:
        kept = world.tools.evidence_files()
        url = attestation_url(kept, visit.request, visit.recipient.id)
    except ParapheError as error:
        return state_pages.state_page(world, ask, visit, error)
    return render.see_other(url)


def read_on(world: Surroundings, ask: Ask) -> Reply:
    """Show one document, or the rest of a long one. Changes nothing (P10)."""
    visit = _open(world, ask)
    if screens.screen_of(visit, ask.now) not in ACTING:
        return render.see_other(state_pages.home(ask))
    document = find_document(visit.request, ask.params["document"])
    first = ask.query.get("page", "1")
    number = int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 1  # noqa: PLR2004
    part = documents.one_document(world.tools.files(), visit.request, document, number)
    return render.page(
        "read.html",
        ask,
        locale=visit.recipient.locale,
        pictures=documents.origins((part,)),
        visit=visit,
        part=part,
        step=documents.PAGES_AT_ONCE,
    )


def _open(world: Surroundings, ask: Ask) -> Visit:
    visit = sign_in_browser.open_link(world.tools.requests(), ask.token)
    world.observer.about(visit.request.id, visit.request.firm_id)
    return visit


def _mark(ask: Ask, visit: Visit) -> Chosen | None:
    """Judge how the visible mark shall look, before a try of the code is counted."""
    if not visible_marks.may_choose(visit.recipient):
        return None
    posted = {name: ask.form.get(name, "") for name in ("typed", "strokes", "picture")}
    return visible_marks.choose(ask.form.get("mark", ""), **posted)


def _pages_seen(ask: Ask, pages: int) -> str:
    """Give how many pages the browser says it showed; without scripts it doesn't say."""
    seen = ask.form.get("pages_seen", "")
    known = seen.isascii() and seen.isdigit() and len(seen) < 6 and int(seen) <= pages  # noqa: PLR2004
    return seen if known else "unknown"
