"""Signing in, in memory: sign-ins that have begun, the register, the door that holds keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.domain.firms.identity import Identity
    from paraphe.domain.firms.sign_in import SignIn


class FakeSignIns:
    """Keeps `SignIns`."""

    def __init__(self) -> None:
        self.begun: dict[str, SignIn] = {}

    def begin(self, begun: SignIn) -> None:
        """Keep `SignIns.begin`."""
        self.begun[begun.state_hash] = begun

    def take(self, state_hash: str) -> SignIn | None:
        """Keep `SignIns.take`."""
        return self.begun.pop(state_hash, None)


class FakeRegister:
    """Keeps `ProfessionalRegister`: `numbers` are on it."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = set(numbers)
        self.can_be_asked = True
        self.asked = 0

    def vouches_for(self, identity: Identity) -> bool:
        """Keep `ProfessionalRegister.vouches_for`."""
        return identity.number in self.numbers

    def lists(self, number: str) -> bool:
        """Keep `ProfessionalRegister.lists`."""
        self.asked += 1
        return number in self.numbers


class FakeEnrolment:
    """Keeps `Enrolment`: remembers who was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, person_id: str) -> None:
        """Keep `Enrolment.ask`."""
        self.asked.append(person_id)
