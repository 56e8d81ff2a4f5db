"""One SMS of GSM 7-bit text, whatever the firm is called."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.delivery.letters import Letters
from paraphe.adapters.delivery.letters.sms import ALPHABET, code_text, seal_code_text, to_gsm
from paraphe.domain.firms.member import Capability
from paraphe.locales import texts
from tests.support.world import World

LETTERS = Letters(lambda: "https://sign.example.test", lambda: "https://firm.example.test")


@given(st.text(max_size=300), st.sampled_from(["fr", "en"]), st.sampled_from([1, 10, 30]))
def test_it_always_fits_into_one_message(firm: str, locale: str, minutes: int) -> None:
    """160 characters of the alphabet without its extension, on one line, with the code in it."""
    text = code_text(texts(locale), firm, "012345", minutes)
    assert len(text) <= 160
    assert set(text) <= ALPHABET
    assert "\n" not in text
    assert text.startswith("012345 ")
    assert str(minutes) in text


def test_it_says_what_for_by_whom_and_for_how_long(world: World) -> None:
    """In the recipient's language."""
    request = world.load(world.launched())
    french = LETTERS.code_sms(request, request.recipients[0], "123456")
    assert french == (
        "123456 est votre code pour signer (Cabinet Exemple). Il est valable 30 minutes. "
        "Ne le donnez à personne, ni à votre cabinet."
    )
    english = replace(request.recipients[0], locale="en")
    assert LETTERS.code_sms(request, english, "123456").startswith("123456 is your code to sign")


def test_letters_that_the_alphabet_lacks_are_replaced() -> None:
    """Accents go, ligatures are spelled out; what has no likeness is a question mark."""
    assert to_gsm("Bœuf & Çà – « Forêt » d’août") == 'Boeuf & Çà - " Foret " d\'aout'
    assert to_gsm("会計 €") == "?? EUR"


def test_long_names_are_cut() -> None:
    """The end of the name goes, not the end of the message."""
    text = code_text(texts("fr"), "Société d’expertise comptable " * 5, "123456", 30)
    assert len(text) <= 160
    assert text.endswith("ni à votre cabinet.")


@given(st.text(max_size=300), st.sampled_from(["fr", "en"]), st.sampled_from([1, 10, 30]))
def test_p22_a_seals_code_fits_too_and_counts_the_documents(
    firm: str, locale: str, minutes: int
) -> None:
    """P22: whoever reads it sees what the code is for, and for how many documents."""
    text = seal_code_text(texts(locale), firm, "012345", minutes, 50)
    assert len(text) <= 160
    assert set(text) <= ALPHABET
    assert text.startswith("012345 ")
    assert "50" in text
    assert str(minutes) in text


def test_p22_a_member_is_told_that_it_is_the_seal(world: World) -> None:
    """P21, P22: the firm's seal, not a signature."""
    ref = world.batch(files=3)
    world.ask_to_seal(ref, world.member(Capability.SEAL))
    request = world.load(ref)
    assert LETTERS.code_sms(request, request.recipients[0], "123456") == (
        "123456 est votre code pour apposer le cachet de Cabinet Exemple. Documents : 3. "
        "Il est valable 30 minutes. Ne le donnez à personne."
    )
