"""The composition root imports nothing until it is asked, and says what the template forgot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from paraphe.settings import SettingMissingError, Settings

HEAVY = ("boto3", "botocore", "pydantic", "cryptography", "pikepdf", "pyhanko", "jinja2")
PROBE = f"""
import sys
import paraphe.wiring
paraphe.wiring.services.files, paraphe.wiring.services.workspace, paraphe.wiring.services.entropy(4)
sys.exit(",".join(name for name in {HEAVY[2:]} if name in sys.modules) or None)
"""
IMPORT_ONLY = f"""
import sys
import paraphe.wiring
sys.exit(",".join(name for name in {HEAVY} if name in sys.modules) or None)
"""


@pytest.mark.parametrize("program", [PROBE, IMPORT_ONLY])
def test_importing_the_wiring_loads_no_library(program: str) -> None:
    """A door pays for what it uses; a fresh interpreter shows it."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_a_missing_variable_is_named() -> None:
    """The first call that needs it says which one the template lacks."""
    with pytest.raises(SettingMissingError, match="TABLE_NAME"):
        _ = Settings({"TABLE_NAME": ""}).table_name


def test_addresses_have_no_slash_at_the_end() -> None:
    """Links are made by joining with a slash."""
    settings = Settings({"LINK_BASE_URL": "https://x.example/", "SMS_SENDER": "Paraphe"})
    assert settings.link_base_url == "https://x.example"
    assert settings.sms_sender == "Paraphe"
    assert settings.configuration_set == ""
    assert settings.stage == "dev"
