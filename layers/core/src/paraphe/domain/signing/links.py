"""Links by which signers come: only a hash of the token is stored."""

import hashlib


def link_hash(token: str) -> str:
    """Return what is stored of a link's token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
