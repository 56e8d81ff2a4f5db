"""Mobile numbers and e-mail addresses as people type them (P7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.contracts.contact_details import normalise_email, normalise_phone
from paraphe.domain.errors import InvalidError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("07 56 78 90 12", "+33756789012"),
        ("0690 12 34 56", "+590690123456"),
        ("0691 12 34 56", "+590691123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0693 12 34 56", "+262693123456"),
        ("0694 12 34 56", "+594694123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0697 12 34 56", "+596697123456"),
        ("0639 12 34 56", "+262639123456"),
        ("+33 690 12 34 56", "+590690123456"),
        ("0709 00 12 34", "+590709001234"),
        ("+33 709 00 12 34", "+590709001234"),
        ("+262 692 12 34 56", "+262692123456"),
        ("06 39 98 12 34", "+33639981234"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_mobile_numbers_become_e164(typed: str, expected: str) -> None:
    """French ones by default, overseas under their own country code; twice gives the same."""
    assert normalise_phone(typed) == expected
    assert normalise_phone(expected) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_invalid"),
        ("12345", "phone_invalid"),
        ("06 12 34 56", "phone_invalid"),
        ("06 12 34 56 78 ext. 5", "phone_invalid"),
        ("0690 12 34 56 ext. 5", "phone_invalid"),
        ("+999 612345678", "phone_invalid"),
        ("6" * 41, "phone_invalid"),
        ("01 45 67 89 01", "phone_not_mobile"),
        ("0262 12 34 56", "phone_not_mobile"),
        ("+44 20 7946 0958", "phone_not_mobile"),
    ],
)
def test_what_gets_no_sms_is_refused(typed: str, code: str) -> None:
    """Said without repeating the number."""
    with pytest.raises(InvalidError) as caught:
        normalise_phone(typed)
    assert caught.value.code == code
    assert not typed or typed not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """Nothing but E.164, which stays as it is, or InvalidError, whatever is typed."""
    try:
        found = normalise_phone(text)
    except InvalidError:
        return
    assert found.startswith("+")
    assert found[1:].isascii()
    assert found[1:].isdigit()
    assert normalise_phone(found) == found


@given(st.from_regex(r"0[67]\d{8}", fullmatch=True))
def test_a_french_mobile_number_is_one_phone(text: str) -> None:
    """Nationally, under its own code or under +33: the same E.164, or refused in each."""
    forms = [text, f"+33{text[1:]}", f"0033{text[1:]}"]
    found = []
    for form in forms:
        try:
            found.append(normalise_phone(form))
        except InvalidError:
            found.append("refused")
    assert len(set(found)) == 1, found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" Claire.Martin@Cabinet.Example ", "Claire.Martin@cabinet.example"),
        ("a+b@exämple.com", "a+b@xn--exmple-cua.com"),
    ],
)
def test_addresses_that_mail_can_reach(typed: str, expected: str) -> None:
    """The domain in lower-case ASCII, the rest as typed."""
    assert normalise_email(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "a@",
        "@b.fr",
        "a@b",
        "a@b.invalid",
        "a@localhost",
        "é@b.fr",
        "a b@c.fr",
        "a@b.fr\n x",
        "a@[127.0.0.1]",
        "A <a@b.fr>",
        "a@b.fr,c@d.fr",
        f"{'a' * 65}@b.fr",
    ],
)
def test_addresses_that_mail_cannot_reach(typed: str) -> None:
    """Said without repeating the address."""
    with pytest.raises(InvalidError) as caught:
        normalise_email(typed)
    assert caught.value.code == "email_invalid"
    assert len(typed) < 4 or typed not in str(caught.value)
