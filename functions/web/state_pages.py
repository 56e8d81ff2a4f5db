"""Pages of where a link stands, with or without an error to tell."""

from paraphe.domain.errors import ParapheError
from paraphe.domain.signing import code_attempts, codes, visible_marks
from paraphe.locales import Texts
from paraphe.usecases.evidence.read_evidence import has_attestation
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import Visit
from web import documents, errors, notices, phone_check, render, screens
from web.render import Reply
from web.request import Ask
from web.screens import ACTING, GONE, Screen
from web.services import Surroundings


def state_page(
    world: Surroundings, ask: Ask, visit: Visit, error: ParapheError | None = None
) -> Reply:
    """Show where a link stands; with an error, its status and what it says."""
    screen = screens.screen_of(visit, ask.now)
    if screen in ACTING:
        return _acting(world, ask, visit, screen, error)
    words = ask.words(visit.recipient.locale)
    said = notices.notice(screen, visit, words, ask.now)
    status = 410 if screen in GONE else 200
    return render.page(
        "notice.html",
        ask,
        locale=visit.recipient.locale,
        status=errors.status_of(error) if error else status,
        alert=_alert(error, words),
        title=said.title,
        paragraphs=said.paragraphs,
        refresh=said.refresh,
        good=said.good,
        visit=visit,
        downloads=visit.request.documents if screen is Screen.COMPLETED else (),
        attested=screen is Screen.COMPLETED and has_attestation(visit.request, visit.recipient.id),
    )


def decline_page(ask: Ask, visit: Visit, error: ParapheError | None = None) -> Reply:
    """Ask for the reason; with an error, at its field."""
    words = ask.words(visit.recipient.locale)
    return render.page(
        "decline.html",
        ask,
        locale=visit.recipient.locale,
        status=errors.status_of(error) if error else 200,
        visit=visit,
        known=phone_check.is_known(ask, visit),
        locked=phone_check.locked_until(ask, visit),
        form=ask.form,
        limit=sign_in_browser.MAX_REASON,
        field=error.field if error else None,
        field_error=errors.message_of(error, words) if error else "",
    )


def refused(world: Surroundings, ask: Ask, error: ParapheError) -> Reply:
    """Show where the link stands after a "no", with the reason; after a second tap, just where."""
    if error.code in errors.DONE_ALREADY:
        return render.see_other(home(ask))
    visit = sign_in_browser.open_link(world.tools.requests(), ask.token)
    return state_page(world, ask, visit, error)


def consent_text(visit: Visit, words: Texts) -> str:
    """Give the sentence beside the box, exactly as the audit trail keeps it (P9)."""
    return words.tn(
        "I have read this document and I want to sign it.",
        "I have read these {count} documents and I want to sign them.",
        len(visit.request.documents),
    )


def home(ask: Ask) -> str:
    """Give the address of the link's page, from where the request came in."""
    return f"{ask.root}s/{ask.token}{ask.language_query}"


def _acting(
    world: Surroundings, ask: Ask, visit: Visit, screen: Screen, error: ParapheError | None
) -> Reply:
    words = ask.words(visit.recipient.locale)
    readings = documents.all_documents(world.tools.files(), visit.request)
    challenge = codes.newest_challenge(visit.request, visit.recipient.id)
    left = code_attempts.MAX_TRIES - challenge.tries if challenge else 0
    field = error.field if error else None
    return render.page(
        "sign.html",
        ask,
        locale=visit.recipient.locale,
        status=errors.status_of(error) if error else 200,
        pictures=documents.origins(readings),
        visit=visit,
        screen=str(screen),
        readings=readings,
        pages=sum(r.pages for r in readings),
        consent=consent_text(visit, words),
        challenge=challenge,
        tries_left=left,
        codes_left=screens.codes_left(visit.recipient),
        known=phone_check.is_known(ask, visit),
        locked=phone_check.locked_until(ask, visit),
        looks=visible_marks.may_choose(visit.recipient),
        limits=visible_marks,
        form=ask.form,
        alert="" if field else _alert(error, words),
        field=field,
        field_error=errors.message_of(error, words, left) if error and field else "",
    )


def _alert(error: ParapheError | None, words: Texts) -> str:
    if error is None or not errors.needs_saying(error):
        return ""
    return errors.message_of(error, words)
