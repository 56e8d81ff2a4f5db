"""The API's only map from errors to problem documents (RFC 9457)."""

from email.utils import format_datetime
from http import HTTPStatus

from paraphe.contracts.problems import FieldProblem, Problem
from paraphe.domain.errors import ErrorKind, ParapheError
from paraphe.ports.system import TransientError

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
# Named by RFC 9110; Python's own names changed between versions.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
STATUS = {
    ErrorKind.INVALID: 422,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.CONFLICT: 409,
    ErrorKind.GONE: 410,
    ErrorKind.LOCKED: 423,
    ErrorKind.CHANGED: 412,
    ErrorKind.TOO_MANY: 429,
}


class CallError(Exception):
    """A call that is wrong as HTTP: no rule of the domain was asked."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldProblem, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def problem(status: int, code: str, detail: str, errors: tuple[FieldProblem, ...] = ()) -> Problem:
    """Write a problem document."""
    return Problem(
        type=f"urn:paraphe:problem:{code}",
        title=TITLES.get(status) or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        errors=errors,
    )


def problem_of(error: Exception, *, in_query: bool = False) -> tuple[Problem, dict[str, str]]:
    """Map any error to its problem document and headers; what is not foreseen is a 500.

    `in_query`: the call has no body, so a field that is wrong is a parameter.
    """
    if isinstance(error, CallError):
        return problem(error.status, error.code, error.detail, error.errors), error.headers
    if isinstance(error, ParapheError):
        errors = _faults(error, in_query=in_query)
        found = problem(STATUS[error.kind], error.code, error.detail, errors)
        if error.retry_at is None:
            return found, {}
        when = format_datetime(error.retry_at, usegmt=True)
        return found.model_copy(update={"retry_at": error.retry_at}), {"Retry-After": when}
    if isinstance(error, TransientError):
        detail = "A service that this needs does not answer; try again."
        return problem(503, "try_again", detail), {"Retry-After": str(RETRY_SECONDS)}
    detail = "Something went wrong on our side; it was noted. Nothing was half done."
    return problem(500, "internal_error", detail), {}


def _faults(error: ParapheError, *, in_query: bool) -> tuple[FieldProblem, ...]:
    """Return where the fault lies: in a field of the body, or in a parameter; else nothing."""
    parameter = error.field if in_query and error.field else error.parameter
    if parameter:
        return (FieldProblem(parameter=parameter, code=error.code, detail=error.detail),)
    if not error.field:
        return ()
    pointer = "#/" + error.field.replace(".", "/")
    return (FieldProblem(pointer=pointer, code=error.code, detail=error.detail),)
