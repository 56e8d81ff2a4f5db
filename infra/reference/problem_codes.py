"""Every problem that a call can be answered with: code, status, what it says. Read off the code.

The code says it where it raises: `ConflictError("not_a_draft", "…")`. Codes that are put together
there (`request_<state>`) are listed here; one that is neither fails a test.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.tree import files, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS: dict[str, int | None] = {
    "InvalidError": 422,
    "NotFoundError": 404,
    "ForbiddenError": 403,
    "ConflictError": 409,
    "GoneError": 410,
    "LockedError": 423,
    "TooManyError": 429,
    "CallError": None,  # says its status itself
    "PydanticCustomError": 422,  # stands in `errors` of `invalid_body`
}
WHERE = ("layers/core/src/paraphe/", "functions/api/", "functions/verify/")
# What is raised by a helper, or told by the edges: code, status, what it says.
ELSEWHERE = (
    ("changed_meanwhile", 412, "It was changed since you read it: read it again, then decide."),
    ("concurrent_change", 409, "The request was changed at the same time; try again."),
    ("internal_error", 500, "Something went wrong on our side; it was noted."),
    ("try_again", 503, "A service that this needs does not answer; try again."),
    ("too_many_calls", 429, "Too many calls; try again."),
    ("bad_call", 400, "Check path, method and headers: this is no call of the API."),
    (
        "too_many_mails",
        429,
        "Today's e-mails to the same person or by this firm were sent already.",
    ),
    ("too_many_sms", 429, "Today's SMS to the same person or by this firm were sent already."),
)
ELSEWHERE_IN_FIELDS = (
    ("control_characters", "It holds a control, unassigned or private-use character."),
    ("invisible_characters", "It holds a character that cannot be seen, or that turns the text."),
    ("nothing_visible", "It holds nothing that can be seen."),
)
# Where the text is made when it is raised.
UNSAID = ["What is wrong with it is in `detail`."]
# Codes with a part that is only known when it is raised, and what that part can be.
STATES = ("completed", "declined", "expired", "canceled")
PUT_TOGETHER = {
    "already_{}": ("signing", "signed"),
    "request_{}": (*STATES, "completing", "failed"),
    "{}_not_found": ("recipient", "document", "code"),
    "{}_required": ("name", "email", "subject"),
}
# Raised by helpers that are given the code: the calls of the helper count instead.
HELPERS = {"_bad": 422, "_take": None, "_refused": 422}


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A problem by its code."""

    code: str
    statuses: tuple[int, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """One place where a problem is raised; `code` None: nobody can tell from the text."""

    code: str | None
    status: int | None
    detail: str
    place: str


def catalogue() -> tuple[ProblemKind, ...]:
    """Return every kind of problem, by code."""
    statuses: dict[str, set[int]] = {}
    details: dict[str, list[str]] = {}
    told = [Raised(code, status, detail, "") for code, status, detail in ELSEWHERE]
    told += [Raised(code, 422, detail, "") for code, detail in ELSEWHERE_IN_FIELDS]
    for one in (*raised(), *told):
        for code in _codes(one.code or ""):
            statuses.setdefault(code, set()).update({one.status} if one.status else ())
            if one.detail and one.detail not in details.setdefault(code, []):
                details[code].append(one.detail)
    return tuple(
        ProblemKind(code, tuple(sorted(found)), tuple(details.get(code) or UNSAID))
        for code, found in sorted(statuses.items())
    )


def unknown() -> list[str]:
    """Return where a code is raised that neither the text nor the lists here tell."""
    return [one.place for one in raised() if not _codes(one.code or "")]


def raised() -> Iterator[Raised]:
    """Return every place where a problem is raised."""
    for path in files():
        if path.startswith(WHERE) and path.endswith(".py"):
            yield from _raised_in(path)


def _raised_in(path: str) -> Iterator[Raised]:
    tree = ast.parse(text_of(path))
    named = _named(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = f"{path}:{node.lineno}"
        arguments = list(node.args)
        if name in HELPERS and arguments and isinstance(arguments[0], ast.Constant):
            yield Raised(_text(arguments[0]), HELPERS[name], _second(arguments, named), place)
        if name not in STATUS or _is_passed_on(arguments):
            continue
        status = STATUS[name]
        if name == "CallError":
            status = int(ast.literal_eval(arguments.pop(0)))
        yield Raised(_text(arguments[0]), status, _second(arguments, named), place)


def _is_passed_on(arguments: list[ast.expr]) -> bool:
    """Whether the code is the parameter of a helper: its callers say it."""
    if not arguments:
        return True
    names = {one.id for one in arguments if isinstance(one, ast.Name)}
    read_off = isinstance(arguments[0], ast.Attribute) and arguments[0].attr == "code"
    return read_off or bool(names & {"code", "kind"})


def _second(arguments: list[ast.expr], named: dict[str, str]) -> str:
    if len(arguments) < 2:
        return ""
    detail = arguments[1]
    return (named.get(detail.id) if isinstance(detail, ast.Name) else _text(detail)) or ""


def _named(tree: ast.Module) -> dict[str, str]:
    """Return the texts that variables of a module are given."""
    return {
        target.id: text
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and (text := _text(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _text(node: ast.expr) -> str | None:
    """Return a text as it stands there; `{}` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (_text(node.left) or "{}") + (_text(node.right) or "{}")
    return None


def _codes(code: str) -> tuple[str, ...]:
    if "{}" not in code:
        return (code,) if code else ()
    return tuple(code.replace("{}", part) for part in PUT_TOGETHER.get(code, ()))
