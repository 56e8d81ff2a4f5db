"""Pages of where a link stands, with or without an error to tell."""

from paraphe.domain.errors import ParapheError
from paraphe.domain.requests.recipient import Role
from paraphe.domain.signing import code_attempts, codes, visible_marks
from paraphe.locales import Texts
from paraphe.pages.error_pages import status_of
from paraphe.pages.http_response import HttpResponse, see_other
from paraphe.usecases.evidence.read_evidence import has_attestation
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import Visit
from web import documents, errors, notices, phone_check, screens
from web.link import LinkVisit, opened
from web.render import link_page
from web.screens import ACTING, GONE, WITHOUT_CODE, Screen
from web.services import Door


def state_page(door: Door, link: LinkVisit, error: ParapheError | None = None) -> HttpResponse:
    """Show where a link stands; with an error, its status and what it says."""
    visit, now = link.visit, link.http.now
    screen = screens.screen_of(visit, now)
    if screen in ACTING:
        return _acting(door, link, screen, error)
    words = link.words()
    said = notices.notice(screen, visit, words, now)
    status = 410 if screen in GONE else 200
    return link_page(
        "state.html",
        link,
        status=status_of(error) if error else status,
        alert=_alert(error, words),
        title=said.title,
        paragraphs=said.paragraphs,
        refresh=said.refresh,
        good=said.good,
        downloads=visit.request.documents if screen is Screen.COMPLETED else (),
        attested=screen is Screen.COMPLETED and has_attestation(visit.request, visit.recipient.id),
    )


def decline_page(link: LinkVisit, error: ParapheError | None = None) -> HttpResponse:
    """Ask for the reason; with an error, at its field."""
    return link_page(
        "decline.html",
        link,
        status=status_of(error) if error else 200,
        known=phone_check.is_known(link),
        locked=phone_check.locked_until(link),
        limit=sign_in_browser.MAX_REASON,
        field=error.field if error else None,
        field_error=errors.message_of(error, link.words()) if error else "",
    )


def refused(door: Door, link: LinkVisit, error: ParapheError) -> HttpResponse:
    """Show where the link stands after a "no", with the reason; after a second tap, just where."""
    if error.code in errors.DONE_ALREADY:
        return see_other(link.home)
    return state_page(door, opened(door, link.http), error)


def consent_text(visit: Visit, words: Texts) -> str:
    """Return the sentence at the button, exactly as the audit trail keeps it (P9)."""
    count = len(visit.request.documents)
    if visit.recipient.role is Role.APPROVER:
        return words.tn(
            "I have read this document and I approve it.",
            "I have read these {count} documents and I approve them.",
            count,
        )
    if visit.recipient.role is Role.VIEWER:
        return words.tn("I have read this document.", "I have read these {count} documents.", count)
    return words.tn(
        "I have read this document and I want to sign it.",
        "I have read these {count} documents and I want to sign them.",
        count,
    )


def _acting(
    door: Door, link: LinkVisit, screen: Screen, error: ParapheError | None
) -> HttpResponse:
    visit, words = link.visit, link.words()
    readings = documents.all_documents(door.services.files, visit.request)
    challenge = codes.newest_challenge(visit.request, visit.recipient.id)
    left = code_attempts.MAX_TRIES - challenge.tries if challenge else 0
    field = error.field if error else None
    return link_page(
        "approve.html" if screen in WITHOUT_CODE else "sign.html",
        link,
        status=status_of(error) if error else 200,
        pictures=documents.origins(readings),
        screen=str(screen),
        who=_who(visit, words),
        readings=readings,
        pages=sum(r.pages for r in readings),
        consent=consent_text(visit, words),
        test_code=codes.TEST_CODE if visit.request.is_test else "",
        challenge=challenge,
        tries_left=left,
        codes_left=screens.codes_left(visit.recipient),
        known=phone_check.is_known(link),
        locked=phone_check.locked_until(link),
        looks=visible_marks.may_choose(visit.recipient),
        limits=visible_marks,
        alert="" if field else _alert(error, words),
        field=field,
        field_error=errors.message_of(error, words, left) if error and field else "",
    )


def onward(visit: Visit, words: Texts) -> str:
    """Return what leads from a document that is read on a page of its own to the panel."""
    if visit.recipient.role is Role.APPROVER:
        return words.t("Go to the approval")
    if visit.recipient.role is Role.VIEWER:
        return words.t("Back to the documents")
    return words.t("Go to the signature")


def _who(visit: Visit, words: Texts) -> str:
    request = visit.request
    if not request.shown_firm:
        return request.sender.name
    return words.t("{sender}, of {firm},", sender=request.sender.name, firm=request.shown_firm)


def _alert(error: ParapheError | None, words: Texts) -> str:
    if error is None or not errors.needs_saying(error):
        return ""
    return errors.message_of(error, words)
