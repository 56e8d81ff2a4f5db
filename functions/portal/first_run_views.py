"""The first sign-in, a step at a time: terms, firm, mobile, certificate (P1)."""

from collections.abc import Callable
from datetime import timedelta

from paraphe.domain.errors import ParapheError
from paraphe.domain.firms.person import Person, Step
from paraphe.pages.error_pages import status_of
from paraphe.pages.http_response import HttpResponse
from paraphe.usecases.firms.first_run import AcceptTerms, OpenFirm
from paraphe.usecases.signing.enrol_person import AskCertificate, AskMobileCode, CheckMobileCode
from portal import terms
from portal.door import Door
from portal.errors import message_of
from portal.render import page
from portal.session import Click, address

_STEPS = tuple(Step)
_LOOK_AGAIN = 2  # seconds
# A door that does not answer for so long is asked again by a button.
_PATIENCE = timedelta(minutes=1)


def first_run(_: Door, click: Click) -> HttpResponse:
    """Show the step that is left."""
    if click.visitor.person.step is None:
        return click.to("/")
    return _shown(click)


def accept_terms(door: Door, click: Click) -> HttpResponse:
    """Accept the terms."""
    form = click.http.form
    today = terms.shown(click.http.words())
    read = form.get("read", "") if form.get("accepted") else ""
    return _done(
        click, lambda: door.use(AcceptTerms)(click.visitor.person, today, read, click.http.now)
    )


def open_firm(door: Door, click: Click) -> HttpResponse:
    """Open a firm."""
    form, now = click.http.form, click.http.now
    name, siren = form.get("name", ""), form.get("siren", "")
    person = click.visitor.person
    return _done(click, lambda: door.use(OpenFirm)(person, name=name, siren=siren, now=now))


def ask_code(door: Door, click: Click) -> HttpResponse:
    """Have a code sent to a mobile."""
    phone = click.http.form.get("phone", "")
    person, now = click.visitor.person, click.http.now
    return _done(click, lambda: door.use(AskMobileCode)(person, phone, now))


def check_code(door: Door, click: Click) -> HttpResponse:
    """Check the code that came."""
    code = click.http.form.get("code", "")
    person, now = click.visitor.person, click.http.now
    return _done(click, lambda: door.use(CheckMobileCode)(person, code, now))


def certify(door: Door, click: Click) -> HttpResponse:
    """Have the certificate made."""
    person, now = click.visitor.person, click.http.now
    return _done(click, lambda: door.use(AskCertificate)(person, now))


def _done(click: Click, act: Callable[[], Person]) -> HttpResponse:
    """Do a step and go on; a fault in what was typed is told on the step's own page."""
    try:
        act()
    except ParapheError as error:
        if error.code in {"not_this_step", "not_on_register"}:
            raise
        return _shown(click, error)
    return click.to("/first-run")


def _shown(click: Click, error: ParapheError | None = None) -> HttpResponse:
    http, person = click.http, click.visitor.person
    step = person.step or Step.CERTIFICATE
    words = http.words()
    values: dict[str, object] = {
        "step": step,
        "number": _STEPS.index(step) + 1,
        "steps": _STEPS,
        "person": person,
        "error": message_of(error, words) if error else "",
        "field": (error.field or "") if error else "",
        "refresh": 0,
    }
    if step is Step.TERMS:
        values |= {"terms": terms.paragraphs(words), "read": terms.shown(words).sha256}
    elif error is None and _waits(person, step, click):
        values["refresh"] = _LOOK_AGAIN
    status = status_of(error) if error else 200
    here = address(http, "/first-run")
    return page(f"first_run_{step}.html", click, status=status, address=here, **values)


def _waits(person: Person, step: Step, click: Click) -> bool:
    """Whether the door that holds keys is at work, so that the page looks again by itself."""
    since = person.certificate_asked_at
    if step is Step.MOBILE:
        mobile = person.mobile
        open_ = mobile is not None and mobile.sent_at is None and not mobile.refused
        since = mobile.asked_at if mobile is not None and open_ else None
    return since is not None and click.http.now - since < _PATIENCE
