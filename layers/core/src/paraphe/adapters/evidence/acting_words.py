"""How an evidence file says who acted: software, a member under which delegation, a link (P23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paraphe.locales import Texts

    Told = Mapping[str, Any]


def acts(request: Told, words: Texts) -> Iterator[str]:
    """Say who prepared the request and who launched it, as far as they were named."""
    t, known = words.t, request.get("acts") or {}
    software = request.get("prepared_by")
    if software:
        by = _software(software["id"], software["name"], words)
        yield t("Prepared in the sender’s name by: {software}", software=by)
    prepared, launched = known.get("prepared"), known.get("launched")
    if prepared and prepared["kind"] == "member":
        yield t("Prepared by: {who}", who=_act(prepared, words))
    if launched:
        yield t("Launched by: {who}", who=_act(launched, words))


def who(event: Told, names: Mapping[str, str], told: Told, words: Texts) -> str:
    """Say who did it, as it was seen: software, a member, whoever held a link, the platform."""
    kind, known, data = event["actor"]["kind"], event["actor"]["id"], event["data"]
    name = names.get(known, known)
    if kind == "client":
        by = _software(known, data.get("client_name", ""), words)
        whom = names.get(data.get("member", ""), told["request"]["sender"]["name"])
        return words.t("{software}, for {name}", software=by, name=whom)
    if kind == "recipient":
        return words.t("through the link of {name}", name=name)
    if data.get("member_name"):
        principal = data.get("on_behalf_name") or data.get("on_behalf")
        absent = data.get("in_absence") is True
        return _member(data["member_name"], principal, words, absent=absent)
    return words.t("in the name of {name}", name=name) if kind in {"sender", "member"} else name


def _act(act: Told, words: Texts) -> str:
    if act["kind"] == "client":
        return _software(act["id"], act["name"], words)
    delegation = act["delegation"]
    if delegation is None:
        return _member(act["name"], None, words)
    principal = delegation["name"] or delegation["member"]
    return _member(act["name"], principal, words, absent=delegation["absence"])


def _member(name: str, principal: str | None, words: Texts, *, absent: bool = False) -> str:
    if not principal:
        return name
    if absent:
        return words.t("{name}, in the absence of {principal}", name=name, principal=principal)
    return words.t("{name}, under the delegation of {principal}", name=name, principal=principal)


def _software(client_id: str, name: str, words: Texts) -> str:
    if name:
        return words.t("software “{name}” (client {id})", name=name, id=client_id)
    return words.t("software (client {id})", id=client_id)
