"""What those who manage a firm are told, in its language."""

from paraphe import locales
from paraphe.adapters.delivery.letters import MAX_SUBJECT, laid_out, one_line
from paraphe.adapters.delivery.letters.letter import Letter
from paraphe.contracts.delivery.webhook_urls import target
from paraphe.domain.delivery.webhook_deliveries import KEPT
from paraphe.domain.delivery.webhook_endpoints import Endpoint, Reason
from paraphe.domain.delivery.webhook_retries import SPAN
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Member
from paraphe.locales import Texts
from paraphe.ports.delivery import Mail


class FirmLetters:
    """Keeps `WebhookLetters`."""

    def stopped(self, endpoint: Endpoint, firm: Firm, member: Member) -> Mail:
        """Write that an endpoint gets nothing any more, and what to do.

        An address may hold somebody's key: only its host is told.
        """
        words = locales.texts(firm.locale)
        letter = _stopped(endpoint, firm, member, words)
        text, html = laid_out(letter, words, None)
        return Mail(
            to_name=one_line(member.name),
            to_address=member.email,
            subject=one_line(letter.subject)[:MAX_SUBJECT],
            text=text,
            html=html,
            reference=f"{endpoint.id}-{endpoint.version}",
        )


def _stopped(endpoint: Endpoint, firm: Firm, member: Member, words: Texts) -> Letter:
    t, host = words.t, target(endpoint.url).host
    if endpoint.reason is Reason.GONE:
        subject, title = t("Webhook disabled: {host}", host=host), t("A webhook is disabled")
        told = t(
            "The webhook at {host} has answered that it is gone (410). Events are not sent to it "
            "any more. Enable it again if that was a mistake.",
            host=host,
        )
    else:
        subject, title = t("Webhook paused: {host}", host=host), t("A webhook is paused")
        told = t(
            "Nothing could be delivered to the webhook at {host} for {days} days, so it is paused. "
            "Events are kept for {kept} days: repair it, then enable it again, and they are sent.",
            host=host,
            days=SPAN.days,
            kept=KEPT.days,
        )
    return Letter(
        subject=subject,
        title=title,
        greeting=t("Hello {name},", name=member.name),
        paragraphs=(told, t("Its id is {id}.", id=endpoint.id)),
        firm=firm.name,
    )
