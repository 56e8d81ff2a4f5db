"""A deployed stack as its operator reaches it: AWS clients, and what the template gives out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


class StackError(Exception):
    """There is no such stack, or it is not Paraphe's."""


class Outputs(dict[str, str]):
    """A stack's outputs by name; one that is not there says that the stack is another one."""

    def __missing__(self, name: str) -> str:
        """Refuse.

        Raises:
            StackError: always.

        """
        raise StackError(f"the stack has no output {name}: is it Paraphe's, and of this version?")


@dataclass(frozen=True, slots=True)
class Stack:
    """What every command works with.

    Attributes:
        client_of: makes a boto3 client by service name.
        outputs: of the template.
        now: the instant, UTC.
        say: tells whoever waits what is being done from now on.

    """

    client_of: Callable[[str], Any]
    outputs: Outputs
    now: datetime
    say: Callable[[str], None]

    def client(self, service: str) -> Any:  # noqa: ANN401 - one type per service
        """Make a boto3 client."""
        return self.client_of(service)


@contextmanager
def leaving(what: str) -> Iterator[None]:
    """Let whatever goes wrong in this block say what is left behind."""
    try:
        yield
    except Exception as error:
        error.add_note(what)
        raise


def account() -> Callable[[str], Any]:
    """Return what makes clients of the account that the environment's credentials name."""
    client_of: Callable[[str], Any] = boto3.session.Session().client  # type: ignore[assignment] # one per service
    return client_of


def outputs_of(client_of: Callable[[str], Any], stack: str) -> Outputs:
    """Return a deployed stack's outputs by name.

    Raises:
        StackError: there is no such stack in this region.
        BotoCoreError, ClientError: whatever else AWS answered.

    """
    client = client_of("cloudformation")
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        found = []
    if not found:
        raise StackError(f"there is no stack {stack} in {client.meta.region_name}")
    return Outputs({o["OutputKey"]: o["OutputValue"] for o in found[0].get("Outputs", [])})
