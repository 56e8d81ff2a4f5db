"""The actor's `issue_otp`: derive a code, send it, write down that it was sent (P9)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import ParapheError
from paraphe.domain.requests.decision import find_challenge, find_command, find_recipient
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.signing import batch_seal
from paraphe.domain.signing import codes as code_rules
from paraphe.ports.delivery import Letters, PhoneRefusedError, Sms
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.signing import Codes
from paraphe.usecases.optimistic_commit import change


@dataclass(frozen=True, slots=True)
class IssueOtp:
    """Sends the code of one command."""

    requests: Requests
    codes: Codes
    sms: Sms
    letters: Letters

    def __call__(self, ref: RequestRef, command_id: str, now: datetime) -> SignatureRequest:
        """Send the code of one command.

        The code is derived from the challenge's id, so a run repeated after a crash between sending
        and writing down sends the same code once more, never a second one.
        """
        request = self.requests.load(ref)
        command = find_command(request, command_id)
        if command is None:
            return request
        try:
            batch_seal.check_may_get_code(request, command.recipient_id, now)
        except ParapheError:
            return change(
                self.requests,
                ref,
                lambda r: code_rules.code_not_sent(r, command_id, "request_over", now),
            )
        challenge = find_challenge(request, command.challenge_id)
        recipient = find_recipient(request, command.recipient_id)
        code = code_rules.TEST_CODE if request.is_test else self.codes.make(challenge.id)
        mac = self.codes.mac(challenge.id, challenge.documents_digest, code)
        phone = "" if request.is_test else recipient.code_phone or ""
        try:
            if phone:  # of a test the page shows the code: nothing is sent, nothing is paid
                self.sms.send(phone, self.letters.code_sms(request, recipient, code))
        except PhoneRefusedError:
            return change(
                self.requests,
                ref,
                lambda r: code_rules.code_not_sent(r, command_id, code_rules.PHONE_REFUSED, now),
            )
        return change(
            self.requests,
            ref,
            lambda r: code_rules.code_sent(
                r, command_id, code_mac=mac, sent_to=phone, sent_at=now, now=now
            ),
        )
