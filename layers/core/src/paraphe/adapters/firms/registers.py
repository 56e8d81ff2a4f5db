"""`ProfessionalRegister`, twice: a claim of the identity token, or an imported file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.firms.identity import Identity

EDITION = "EDITION"


class ClaimRegister:
    """Believes what the identity provider says of the register."""

    can_be_asked = False

    def vouches_for(self, identity: Identity) -> bool:
        """Keep `ProfessionalRegister.vouches_for`."""
        return identity.on_register is True

    def lists(self, _number: str) -> bool:
        """Keep `ProfessionalRegister.lists`: it says so only of who signs in."""
        return False


@dataclass(frozen=True, slots=True)
class ImportedRegister:
    """Reads the edition that an operator imported last.

    Each edition is a partition of its own, and one item says which is in force: an import that
    stops half-way changes nothing.

    Attributes:
        client: of DynamoDB.
        table: its name.

    """

    client: DynamoDBClient
    table: str

    @property
    def can_be_asked(self) -> bool:
        """Keep `ProfessionalRegister.can_be_asked`: without an edition, nobody is struck off."""
        return self.edition() is not None

    def vouches_for(self, identity: Identity) -> bool:
        """Keep `ProfessionalRegister.vouches_for`."""
        return identity.number is not None and self.lists(identity.number)

    def lists(self, number: str) -> bool:
        """Keep `ProfessionalRegister.lists`."""
        edition = self.edition()
        if edition is None or not number:
            return False
        return self._get(keys.register_edition(edition), normal(number)) is not None

    def edition(self) -> str | None:
        """Return the name of the edition in force, or None before the first import."""
        item = self._get(keys.REGISTER, EDITION)
        return str(item["edition"]["S"]) if item is not None else None

    def _get(self, partition: str, sort_key: str) -> dict[str, Any] | None:
        with calling("dynamodb:GetItem"):
            answer = self.client.get_item(
                TableName=self.table,
                Key={"PK": {"S": partition}, "SK": {"S": sort_key}},
                ConsistentRead=True,
            )
        return answer.get("Item")


def normal(number: str) -> str:
    """Return a register number as it is compared: without spaces, hyphens and leading zeros."""
    return "".join(c for c in number if c.isalnum()).upper().lstrip("0") or "0"
