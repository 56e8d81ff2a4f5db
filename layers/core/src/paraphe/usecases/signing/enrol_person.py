"""A chartered accountant proves their mobile and gets their certificate (P1).

The portal decides and asks; the door `enrol`, which holds keys, sends the code and certifies. What
is to be done stands in the table, so asking twice does it once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from paraphe.contracts.contact_details import country_of, normalise_phone
from paraphe.domain.delivery import budgets
from paraphe.domain.errors import ConflictError, InvalidError, TooManyError
from paraphe.domain.firms import person as rules
from paraphe.domain.firms.person import Person, Step
from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.signing import mobile_proof
from paraphe.ports.delivery import Letters, Limits, PhoneRefusedError, Sms
from paraphe.ports.firms import Certifier, Expiries, Firms, Members
from paraphe.ports.identity import Enrolment, People
from paraphe.ports.signing import Codes
from paraphe.ports.system import Entropy
from paraphe.usecases.firms.enrol_member import enrol_member
from paraphe.usecases.signing.sign_in_browser import read_code

# How many codes one person may ask for in a day, to whichever phone.
CODES_PER_DAY = 5
# A door that was killed while it certified has ended by then.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class AskMobileCode:
    """Has a code sent to the mobile that somebody says is theirs."""

    people: People
    firms: Firms
    limits: Limits
    enrolment: Enrolment
    entropy: Entropy

    def __call__(self, person: Person, phone: str, now: datetime) -> Person:
        """Ask for a code; the same phone again within 30 seconds is refused.

        Raises:
            InvalidError: `phone_invalid`, `phone_not_mobile`, `phone_country_not_allowed`.
            TooManyError: `too_soon`, `too_many_sms`. ConflictError: `not_this_step`.

        """
        mobile = normalise_phone(phone)
        sending = self.firms.firm(person.firm_id or "").sending or Sending()
        if country_of(mobile) not in sending.countries:
            raise InvalidError(
                "phone_country_not_allowed",
                "Codes go to phones of these countries only: " + ", ".join(sending.countries),
                field="phone",
            )
        challenge_id = new_id("otp", now, self.entropy(RANDOM_BYTES))
        stored = mobile_proof.asked(person, mobile, challenge_id, now)
        self._take(person, mobile, sending, now)
        stored = self.people.save(stored)
        self.enrolment.ask(person.id)
        return stored

    def _take(self, person: Person, phone: str, sending: Sending, now: datetime) -> None:
        wanted = budgets.enrolment_sms(
            person.firm_id or "", person.id, phone, sending, CODES_PER_DAY, now
        )
        empty = self.limits.take(wanted)
        if empty is not None:
            raise TooManyError(
                "too_many_sms", "Today's most codes were sent already.", retry_at=empty.ends_at
            )


@dataclass(frozen=True, slots=True)
class CheckMobileCode:
    """Accepts a mobile if its code is right."""

    people: People
    members: Members
    codes: Codes

    def __call__(self, person: Person, typed: str, now: datetime) -> Person:
        """Check a code: the try is counted first. Who has proven their mobile has.

        Raises:
            InvalidError: `code_malformed` (not counted), `code_wrong`. LockedError: `code_void`.
            GoneError: `code_expired`. ConflictError: `no_code`, `not_this_step`.
            RaceLostError: another click was faster.

        """
        if person.mobile is not None and person.mobile.proven_at is not None:
            return person
        code = read_code(typed)
        tried = self.people.save(mobile_proof.counted(person, now))
        mobile = tried.mobile
        if mobile is None or person.firm_id is None or person.member_id is None:
            raise ConflictError("no_code", "There is no code to enter yet.")
        bound = mobile_proof.bound_to(mobile)
        if not self.codes.matches(mobile.challenge_id, bound, code, mobile.code_mac or ""):
            raise mobile_proof.wrong(mobile)
        member = self.members.member(person.firm_id, person.member_id)
        self.members.save(replace(member, phone=mobile.phone))
        return self.people.save(mobile_proof.proven(tried, mobile, now))


@dataclass(frozen=True, slots=True)
class AskCertificate:
    """Has somebody certified who has proven their mobile."""

    people: People
    enrolment: Enrolment

    def __call__(self, person: Person, now: datetime) -> Person:
        """Ask for the certificate; asking again only asks the door once more.

        Raises:
            ConflictError: `not_this_step`.

        """
        if person.certified_at is not None:
            return person
        rules.check_step(person, Step.CERTIFICATE)
        if person.certificate_asked_at is None:
            person = self.people.save(replace(person, certificate_asked_at=now))
        self.enrolment.ask(person.id)
        return person


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    """What the door `enrol` does for a person, as far as it is due."""

    people: People
    firms: Firms
    members: Members
    codes: Codes
    sms: Sms
    letters: Letters
    certifier: Certifier
    expiries: Expiries

    def __call__(self, person_id: str, now: datetime) -> str:
        """Send the code or make the certificate that is due; return what was done, for the log.

        Raises:
            TransientError, RaceLostError: it is to be tried again.

        """
        person = self.people.person(person_id)
        if person is None or person.struck_off_at is not None:
            return "nobody"
        if person.step is Step.MOBILE:
            return self._send(person, now)
        if person.step is Step.CERTIFICATE and person.certificate_asked_at is not None:
            return self._certify(person, now)
        return "nothing"

    def _send(self, person: Person, now: datetime) -> str:
        mobile = mobile_proof.to_send(person)
        if mobile is None:
            return "nothing"
        code = self.codes.make(mobile.challenge_id)
        mac = self.codes.mac(mobile.challenge_id, mobile_proof.bound_to(mobile), code)
        firm = self.firms.firm(person.firm_id or "")
        try:
            self.sms.send(mobile.phone, self.letters.mobile_sms(firm, code))
        except PhoneRefusedError:
            self.people.save(mobile_proof.refused(person, mobile))
            return "refused"
        self.people.save(mobile_proof.sent(person, mobile, mac, now))
        return "sent"

    def _certify(self, person: Person, now: datetime) -> str:
        firm_id, member_id = person.firm_id or "", person.member_id or ""
        member = self.members.member(firm_id, member_id)
        if member.enrolment is None or member.enrolment.expires_at <= now:
            if person.certifying_since is not None and now < person.certifying_since + LEASE:
                return "busy"
            person = self.people.save(replace(person, certifying_since=now))
            enrol_member(self.members, self.certifier, self.expiries, firm_id, member_id, now)
        self.people.save(replace(person, certified_at=now))
        return "certified"
