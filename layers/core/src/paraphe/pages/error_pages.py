"""The only map from errors to pages: the status, and what the reader is told in their language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from paraphe.domain.errors import ErrorKind, ParapheError
from paraphe.locales import Texts
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse
from paraphe.pages.page_renderer import PageRenderer

STATUS = {
    ErrorKind.INVALID: 422,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.CONFLICT: 409,
    ErrorKind.GONE: 410,
    ErrorKind.LOCKED: 423,
    ErrorKind.TOO_MANY: 429,
}


def mark(message: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return message


_MESSAGES = {
    "concurrent_change": mark("Something changed at the same moment. Please try again."),
    "form_from_elsewhere": mark(
        "This form is too old, or it was sent from another site. Go back, load the page again, and "
        "send it from there."
    ),
}
_OTHERWISE = mark("This is not possible any more, or not yet.")


def status_of(error: ParapheError) -> int:
    """Return the HTTP status of an error."""
    return STATUS[error.kind]


def message_of(error: ParapheError, words: Texts, messages: Mapping[str, str] | None = None) -> str:
    """Say an error to the reader.

    Args:
        error: what a rule refused with.
        words: the reader's.
        messages: the door's, by code; each may have a place `{time}` for when to try again.

    """
    message = {**_MESSAGES, **(messages or {})}.get(error.code, _OTHERWISE)
    return words.t(message, time=words.instant(error.retry_at) if error.retry_at else "")


@dataclass(frozen=True, slots=True)
class ErrorNotice:
    """What an error page says; its texts are marked for translation."""

    title: str
    paragraphs: tuple[str, ...]


_NO_SUCH_PAGE = ErrorNotice(
    mark("This page does not exist"),
    (mark("Check the address, or go back to the page that you came from."),),
)
_OUR_FAULT = ErrorNotice(
    mark("Something went wrong on our side"),
    (mark("Nothing is lost. Please try again in a few minutes."),),
)
_REFUSED = mark("This is not possible")
_RETRY = {"Retry-After": "60"}


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """A door's error pages.

    Attributes:
        renderer: the door's.
        messages: what its readers are told, by the error's code.
        not_found: the codes of what was not found that have a page of their own.
        contact: whom to turn to when a fault of ours lasts; empty for nobody.
        unavailable: the exceptions that say that trying again later may help.

    """

    renderer: PageRenderer
    messages: Mapping[str, str] = field(default_factory=dict)
    not_found: Mapping[str, ErrorNotice] = field(default_factory=dict)
    contact: str = ""
    unavailable: tuple[type[Exception], ...] = ()

    def guarded(
        self,
        view: Callable[[], HttpResponse],
        http: HttpRequest,
        fault: Callable[[BaseException], None],
        *,
        address: str = "",
    ) -> HttpResponse:
        """Answer with a page whatever a view raises.

        Args:
            view: answers the request.
            http: the request.
            fault: is told what nobody expected.
            address: as `PageRenderer.page` takes it.

        """
        try:
            return view()
        except ParapheError as error:
            return self._refused(error, http, address)
        except Exception as error:  # noqa: BLE001 (the last door before the reader)
            fault(error)
            status = 503 if isinstance(error, self.unavailable) else 500
            return self._our_fault(http, status, address)

    def _refused(self, error: ParapheError, http: HttpRequest, address: str) -> HttpResponse:
        status = status_of(error)
        if error.kind is ErrorKind.NOT_FOUND:
            return self._said(self.not_found.get(error.code, _NO_SUCH_PAGE), http, status, address)
        words = http.words()
        return self.renderer.page(
            "notice.html",
            http,
            {
                "title": words.t(_REFUSED),
                "paragraphs": (message_of(error, words, self.messages),),
            },
            status=status,
            address=address,
        )

    def _our_fault(self, http: HttpRequest, status: int, address: str) -> HttpResponse:
        paragraphs = (*_OUR_FAULT.paragraphs, *([self.contact] if self.contact else ()))
        page = self._said(ErrorNotice(_OUR_FAULT.title, paragraphs), http, status, address)
        return HttpResponse(page.status, page.body, {**page.headers, **_RETRY})

    def _said(
        self, notice: ErrorNotice, http: HttpRequest, status: int, address: str
    ) -> HttpResponse:
        words = http.words()
        return self.renderer.page(
            "notice.html",
            http,
            {
                "title": words.t(notice.title),
                "paragraphs": tuple(words.t(paragraph) for paragraph in notice.paragraphs),
            },
            status=status,
            address=address,
        )
