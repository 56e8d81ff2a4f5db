"""What the pages of the evidence say of each recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.evidence.event_words import mark
from paraphe.adapters.evidence.page_layout import Paragraph
from paraphe.adapters.evidence.value_words import instant, or_dash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paraphe.locales import Texts

    Told = Mapping[str, Any]

_ROLES = {
    "signer": mark("signer"),
    "approver": mark("approver"),
    "viewer": mark("reader"),
    "seal": mark("seal of the firm"),
    "cc": mark("copy"),
}
_MARKS = {
    "name": mark("name and date"),
    "typed": mark("typed"),
    "drawn": mark("drawn by hand"),
    "image": mark("picture"),
}
_STATES = {
    "waiting": mark("not asked yet"),
    "notified": mark("asked"),
    "viewed": mark("the link was opened"),
    "consented": mark("has consented"),
    "signing": mark("has accepted to sign"),
    "signed": mark("has signed"),
    "approved": mark("has approved"),
    "declined": mark("has declined"),
    "expired": mark("did not sign in time"),
    "replaced": mark("was replaced"),
}
_APPROVER_STATES = _STATES | {"expired": mark("did not approve in time")}
_VIEWER_STATES = _STATES | {
    "notified": mark("was given the link"),
    "viewed": mark("has said to have read"),
}
_SEAL_STATES = {
    "waiting": mark("not affixed"),
    "signing": mark("affixed to some of the documents at most"),
    "signed": mark("affixed"),
    "expired": mark("not affixed in time"),
}


_STATES_OF = {"approver": _APPROVER_STATES, "viewer": _VIEWER_STATES, "seal": _SEAL_STATES}


def people(told: Told, words: Texts) -> Iterator[Paragraph]:
    """Tell of every recipient."""
    t = words.t
    for person in told["recipients"]:
        role = t(_ROLES.get(person["role"], person["role"]))
        states = _STATES_OF.get(person["role"], _STATES)
        state = t(states.get(person["state"], person["state"]))
        yield Paragraph(t("{name} ({id})", name=person["identity"]["name"], id=person["id"]), 10, 8)
        yield Paragraph(t("Role: {role}; state: {state}", role=role, state=state))
        if person["email"]:
            reach = ", ".join(filter(None, (person["email"], person["phone"])))
            yield Paragraph(t("Reached by: {addresses}", addresses=reach))
        if person.get("authorised_by"):
            yield from _authorisation(person, words)
        if person["signed_at"] and person["role"] == "seal":
            yield Paragraph(t("Affixed: {at}", at=instant(person["signed_at"])))
        elif person["signed_at"]:
            yield Paragraph(t("Signed: {at}", at=instant(person["signed_at"])))
        if person["decline_reason"]:
            yield Paragraph(t("Reason for declining: {reason}", reason=person["decline_reason"]))
        yield from _acts(person, words)


def _authorisation(person: Told, words: Texts) -> Iterator[Paragraph]:
    t, by = words.t, person["authorised_by"]
    yield Paragraph(
        t("Asked for: {name} ({id}), who may affix the seal", name=by["name"], id=by["member"])
    )
    if person["acceptance"]:
        yield Paragraph(t("Confirmed by the code: {at}", at=instant(person["acceptance"]["at"])))


def _acts(person: Told, words: Texts) -> Iterator[Paragraph]:
    t, consent, answer = words.t, person["consent"], person.get("answer")
    if consent:
        said = t("Consent, {at}, version {version}: “{text}”", **_values(consent))
        yield from _statement(said, consent, words)
    if answer and answer["kind"] == "approved":
        said = t("Approved, {at}, version {version}: “{text}”", **_values(answer))
        yield from _statement(said, answer, words)
    elif answer:
        said = t("Said to have read, {at}, version {version}: “{text}”", **_values(answer))
        yield from _statement(said, answer, words)
    shown = person["mark"]
    if shown:
        kind = t(_MARKS.get(shown["kind"], shown["kind"]))
        hash_ = or_dash(shown["sha256"])
        yield Paragraph(t("Visible mark: {kind}; SHA-256: {hash}", kind=kind, hash=hash_), 8)
    for code in person["codes"]:
        yield Paragraph(
            t(
                "Code by SMS: asked for {requested}; sent {sent} to {phone}; verified {verified};"
                " wrong tries: {tries}",
                requested=instant(code["requested_at"]),
                sent=instant(code["sent_at"]),
                phone=or_dash(code.get("sent_to")),
                verified=instant(code["verified_at"]),
                tries=code["wrong_tries"],
            ),
            8,
        )


def _values(told: Told) -> dict[str, str]:
    return {
        "at": instant(told["at"]),
        "version": or_dash(told["version"]),
        "text": or_dash(told["text"]),
    }


def _statement(said: str, told: Told, words: Texts) -> Iterator[Paragraph]:
    t = words.t
    yield Paragraph(said)
    yield Paragraph(t("IP address: {address}", address=or_dash(told["ip"])), 8)
    yield Paragraph(t("Browser: {agent}", agent=or_dash(told["user_agent"])), 8)
    yield Paragraph(_pages(told, words), 8)


def _pages(consent: Told, words: Texts) -> str:
    """What was shown, as far as anybody knows: the pictures are fetched from elsewhere."""
    seen, pages = str(consent["pages_seen"] or ""), or_dash(consent["pages"])
    if not seen.isdigit():
        return words.t("Pages shown: unknown of {pages} (the browser did not say)", pages=pages)
    return words.t("Pages shown, as the browser said: {seen} of {pages}", seen=seen, pages=pages)
