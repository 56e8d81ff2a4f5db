"""The identity provider of the laptop: anybody of a small cast signs in by one click."""

# ruff: noqa: PLC0415 - who needs the cast alone does not load the provider

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

CLIENT_ID = "paraphe-portal"
# What the template is told of this provider's claims; the standard ones and a number.
CLAIMS = "name=name;email=email;number=register_number"
SECRET_PARAMETER, SECRET = "/paraphe/local/oidc", "a-secret-of-the-laptop"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the cast; `number` is on the register, or None."""

    subject: str
    name: str
    email: str
    number: str | None = None

    @property
    def claims(self) -> dict[str, object]:
        """What the provider says of them."""
        said: dict[str, object] = {"name": self.name, "email": self.email}
        return said if self.number is None else {**said, "register_number": self.number}


CLAIRE = Somebody("claire.martin", "Claire Martin", "claire.martin@cabinet.example", "14 00123456")
HUGO = Somebody("hugo.bernard", "Hugo Bernard", "hugo.bernard@autre.example", "14 00654321")
STAFF = (
    Somebody("lea.petit", "Léa Petit", "lea.petit@cabinet.example"),
    Somebody("nadia.benali", "Nadia Benali", "nadia.benali@cabinet.example"),
    Somebody("tom.leroy", "Tom Leroy", "tom.leroy@autre.example"),
)
# Has a number, but is not on the register (any more).
STRANGER = Somebody("victor.faux", "Victor Faux", "victor.faux@ailleurs.example", "14 00999999")
CAST = (CLAIRE, HUGO, *STAFF, STRANGER)
# As the profession might export it: what French Excel writes.
REGISTER = "Numéro;Nom\r\n14 00123456;MARTIN\r\n14 00654321;BERNARD\r\n"


def main() -> int:
    """Serve on a port of 127.0.0.1 until killed: `python -m infra.local.sign_in PORT`."""
    # Its library asks for https, but from "localhost"; this is the same machine.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from oidc_provider_mock import User, app  # type: ignore[import-untyped] # has no types
    from werkzeug.serving import run_simple

    cast = [User(sub=one.subject, claims=one.claims) for one in CAST]
    run_simple("127.0.0.1", int(sys.argv[1]), app(user_claims=cast), threaded=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
