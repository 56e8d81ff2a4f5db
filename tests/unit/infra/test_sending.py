"""What an operator says of what a firm may send."""

import argparse

import pytest

from infra.operate.commands.arguments import countries


def test_countries_are_read_as_people_write_them() -> None:
    """Each once, in their order."""
    assert countries("FR, be,CH,FR") == ("FR", "BE", "CH")


@pytest.mark.parametrize("listed", ["", "FR,", "XX", "France", "+33"])
def test_what_is_no_country_is_refused(listed: str) -> None:
    """A slip would lock every signer out."""
    with pytest.raises(argparse.ArgumentTypeError, match="no such country"):
        countries(listed)
