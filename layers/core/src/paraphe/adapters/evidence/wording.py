"""The pages of an evidence file or an attestation: all of it in French, then all of it in English.

Instants are shown in Europe/Paris with their offset (P14); the account itself keeps them in UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.evidence import acting_words, people_words
from paraphe.adapters.evidence.event_words import EARLIER, STEPS, mark
from paraphe.adapters.evidence.page_layout import Paragraph
from paraphe.adapters.evidence.refusal_words import REFUSALS
from paraphe.adapters.evidence.value_words import instant, or_dash
from paraphe.domain.evidence.events import drafts, kinds, running, signing
from paraphe.locales import LOCALES, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paraphe.locales import Texts

    Told = Mapping[str, Any]

_FILE, _ATTESTATION = mark("Evidence file"), mark("Attestation of signature")
_ENDS = {
    "completed": mark("signed by everybody"),
    "declined": mark("declined"),
    "expired": mark("expired"),
    "canceled": mark("canceled"),
}
_STEPS = {kind.kind: words for kind, words in (STEPS | EARLIER).items()}
_RESULTS = {
    "total-passed": mark("passed"),
    "total-failed": mark("failed"),
    "indeterminate": mark("indeterminate"),
}


def title_of(told: Told) -> str:
    """Return the title: a whole account has its events, one person's part has not."""
    title = _title(told)
    titles = [texts(language).t(title) for language in LOCALES]
    return " – ".join(["TEST", *titles] if _is_test(told) else titles)


def paragraphs(told: Told) -> list[Paragraph]:
    """Tell an account, or one person's part of it."""
    return [p for language in LOCALES for p in _account(told, texts(language))]


def _title(told: Told) -> str:
    return _FILE if "events" in told else _ATTESTATION


def _account(told: Told, words: Texts) -> Iterator[Paragraph]:
    yield from _head(told, words)
    yield from _documents(told, words)
    yield _heading(words.t("Participants"))
    yield from people_words.people(told, words)
    yield from _events(told, words)


def _heading(text: str) -> Paragraph:
    return Paragraph(text, 12, 14)


def _head(told: Told, words: Texts) -> Iterator[Paragraph]:
    t, request = words.t, told["request"]
    title = t(_title(told))
    title = f"TEST – {title}" if _is_test(told) else title
    yield Paragraph(title, 17, 0, new_page=words.locale != LOCALES[0])
    firm = told["firm"]
    yield Paragraph(t("{name} ({id})", name=firm["name"], id=firm["id"]), 10, 6)
    yield Paragraph(t("Request: {title} ({id})", title=request["title"], id=request["id"]), 10)
    ended = t(_ENDS.get(request["state"], request["state"]))
    if request["state"] == "completed" and _is_batch(told):
        ended = t("sealed by the firm")
    yield Paragraph(t("Outcome: {state}", state=ended))
    if "sender" in request:
        sender = request["sender"]
        yield Paragraph(
            t("Sender: {name}, {address}", name=sender["name"], address=sender["email"])
        )
        for line in acting_words.acts(request, words):
            yield Paragraph(line)
    yield Paragraph(t("Launched: {at}", at=instant(request["launched_at"])))
    yield Paragraph(t("Ended: {at}", at=instant(request["ended_at"])))
    yield Paragraph(t("Account made: {at}", at=instant(told["made_at"])))
    yield Paragraph(told["statement"][words.locale], 9, 8)
    yield Paragraph(t("Times are those of Paris, with their offset from universal time."), 8, 6)
    if "events" in told:
        yield Paragraph(
            t(
                "The complete account, machine-readable and sealed, is attached to this PDF"
                " (evidence.json), with a validation report (ETSI TS 119 102-2) about each"
                " signature."
            ),
            8,
        )


def _documents(told: Told, words: Texts) -> Iterator[Paragraph]:
    t, names = words.t, _names(told)
    seals = {person["id"] for person in told["recipients"] if person["role"] == "seal"}
    yield _heading(t("Documents"))
    for document in told["documents"]:
        pages = words.tn("{count} page", "{count} pages", document["pages"])
        yield Paragraph(f"{document['name']} ({document['id']}), {pages}", 10, 8)
        uploaded, kept = document["original_sha256"], document["sha256"]
        yield Paragraph(t("SHA-256 as uploaded: {hash}", hash=or_dash(uploaded)), 8)
        yield from _removed(document, words)
        if _is_batch(told):
            yield Paragraph(t("SHA-256 of what was to be sealed: {hash}", hash=or_dash(kept)), 8)
        else:
            yield Paragraph(t("SHA-256 as shown to the signers: {hash}", hash=or_dash(kept)), 8)
        found = {one["field"]: one["indication"] for one in document["validations"]}
        for revision in document["revisions"]:
            yield from _revision(revision, names, words, sealed=revision["recipient"] in seals)
            indication = found.get(revision["field"])
            if indication is not None:
                result = t(_RESULTS.get(indication, indication))
                yield Paragraph(t("Validation (ETSI TS 119 102-2): {result}", result=result), 8, 0)


def _removed(document: Told, words: Texts) -> Iterator[Paragraph]:
    t, removed = words.t, document.get("removed")
    if removed:
        kinds = ", ".join(t(REFUSALS.get(kind, kind)) for kind in removed["kinds"])
        yield Paragraph(
            t(
                "Removed before it was shown, as had been allowed in its sender’s name on {at}:"
                " {kinds}",
                at=instant(removed["allowed_at"]),
                kinds=kinds,
            ),
            8,
        )


def _revision(
    revision: Told, names: Mapping[str, str], words: Texts, *, sealed: bool
) -> Iterator[Paragraph]:
    t, whose = words.t, revision["recipient"]
    values = {
        "name": names.get(whose, whose),
        "at": instant(revision["signed_at"]),
        "level": or_dash(revision["level"]),
    }
    yield Paragraph(
        t("Seal of {name}, {at}, level {level}", **values)
        if sealed
        else t("Signature of {name}, {at}, level {level}", **values),
        9,
        5,
    )
    yield Paragraph(t("SHA-256 once signed: {hash}", hash=revision["sha256"]), 8, 0)
    yield Paragraph(
        t(
            "Certificate: {serial}; time-stamp: {at}",
            serial=or_dash(revision["certificate_serial"]),
            at=instant(revision["timestamp_at"]),
        ),
        8,
        0,
    )


def _events(told: Told, words: Texts) -> Iterator[Paragraph]:
    if "events" not in told:
        return
    t, names, chain = words.t, _names(told), told["chain"]
    yield _heading(t("Audit trail"))
    yield Paragraph(
        t("Number of events: {count}; final hash: {hash}", count=chain["count"], hash=chain["head"])
    )
    for event in told["events"]:
        what = t(_STEPS.get(event["kind"], event["kind"]))
        who = acting_words.who(event, names, told, words)
        about = ", ".join(_about(event, names, words))
        line = f"{event['seq']}. {instant(event['at'])} – {what}"
        yield Paragraph(f"{line} ({about}) – {who}" if about else f"{line} – {who}", 8, 1)


def _about(event: Told, names: Mapping[str, str], words: Texts) -> Iterator[str]:
    """Whom or what an event concerns, by name; ids that have none are left to the account."""
    data = event["data"]
    for key in ("document", "recipient", "successor"):
        if data.get(key) in names:
            yield names[data[key]]
    match kinds.parse(event["kind"], data):
        case running.ReminderRequested(left_out=left) | running.ReminderDue(left_out=left):
            people = ", ".join(names.get(one, one) for one in left.unreachable or ())
            if people:
                yield words.t("not written to, as e-mails to them fail: {names}", names=people)
        case drafts.DocumentRefused(reason=reason) if reason:
            yield words.t(REFUSALS.get(reason, reason))
        case _ if isinstance(data.get("reason"), str):
            yield data["reason"]


def _is_test(told: Told) -> bool:
    return bool(told["request"].get("mode") == "test")


def _is_batch(told: Told) -> bool:
    return any(person.get("authorised_by") for person in told["recipients"])


def _names(told: Told) -> dict[str, str]:
    """Names by id, of everybody and everything that the account tells of."""
    found = {person["id"]: person["identity"]["name"] for person in told["recipients"]}
    found |= {document["id"]: document["name"] for document in told["documents"]}
    found |= {"paraphe": "Paraphe", "inspect_upload": "Paraphe"}
    for event in told.get("events", ()):
        what = kinds.parse(event["kind"], event["data"])
        if isinstance(what, signing.SealRequested | signing.SealAccepted) and what.name is not None:
            found[what.member or event["actor"]["id"]] = what.name
    if "sender" in told["request"]:
        found[told["request"]["sender"]["id"]] = told["request"]["sender"]["name"]
    return found
