"""Where webhooks may go: the public internet, by name, over TLS, and nowhere else."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.contracts.delivery.webhook_urls import normalised, target
from paraphe.domain.delivery.public_addresses import is_public
from paraphe.domain.errors import InvalidError

REFUSED = {
    "loopback": ["127.0.0.1", "127.9.9.9", "::1"],
    "unspecified": [
        "0.0.0.0",  # noqa: S104 - to be refused
        "::",
        "0.1.2.3",
    ],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"],
    "metadata": ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "168.63.129.16"],
    "link-local": ["169.254.0.1", "fe80::1", "fe80::1%eth0"],
    "carrier": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.0.8", "198.18.0.1", "100::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
    "compatible": ["::127.0.0.1", "::8.8.8.8"],
    "nat64": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"],
    "6to4": ["2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:101::1"],
    "teredo": ["2001:0:7f00:1::1"],
    "site-local": ["fec0::1"],
    "no address": ["", "localhost", "1.2.3", "1.2.3.4.5", "0x7f000001", "01.1.1.1"],
}


@pytest.mark.parametrize("address", [a for found in REFUSED.values() for a in found])
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "93.184.215.14", "2a00:1450:4007::200e", "2600:1f18::1"),
        *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
    ],
)
def test_what_is_public_is_not(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_spelling_of_an_ipv4_address_changes_the_judgement(
    address: ipaddress.IPv4Address,
) -> None:
    """Mapped, behind NAT64, in 6to4: what is inside counts."""
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),
    ]
    assert {is_public(str(one)) for one in wrapped} == {is_public(str(address))}


@given(st.ip_addresses())
def test_never_more_than_python_calls_global(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """The standard library's own judgement of what is private or multicast is never overruled."""
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        inner = getattr(address, "ipv4_mapped", None)
        assert not is_public(str(address)) or (inner is not None and is_public(str(inner)))


@pytest.mark.parametrize(
    ("given_url", "stored"),
    [
        ("https://hooks.example.com", "https://hooks.example.com/"),
        ("HTTPS://Hooks.Example.COM:443/a?b=c", "https://hooks.example.com/a?b=c"),
        ("https://bücher.example.com/é", "https://xn--bcher-kva.example.com/%C3%A9"),
        ("https://hooks.example.com./a%20b", "https://hooks.example.com/a%20b"),
        ("https://under_score.example.com/x", "https://under_score.example.com/x"),
    ],
)
def test_addresses_are_written_one_way(given_url: str, stored: str) -> None:
    assert normalised(given_url) == stored
    assert normalised(stored) == stored
    assert target(stored).port == 443
    assert target(stored).secure


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "webhook_url_not_https"),
        ("ftp://hooks.example.com/", "webhook_url_not_https"),
        ("hooks.example.com", "webhook_url_not_https"),
        ("https://user:pass@hooks.example.com/", "webhook_url_invalid"),
        ("https://@hooks.example.com/", "webhook_url_invalid"),
        ("https://hooks.example.com:8443/", "webhook_url_invalid"),
        ("https://hooks.example.com:/", "webhook_url_invalid"),
        ("https://hooks.example.com:99999/", "webhook_url_invalid"),
        ("https://hooks.example.com/#part", "webhook_url_invalid"),
        ("https://hooks.example.com/a b", "webhook_url_invalid"),
        ("https://hooks.example.com/\r\nHost: x", "webhook_url_invalid"),
        ("https://hooks.example.com/\u202e", "webhook_url_invalid"),
        ("https:///path", "webhook_url_invalid"),
        ("https://a..example.com/", "webhook_url_invalid"),
        ("https://-a.example.com/", "webhook_url_invalid"),
        ("https://" + "a" * 64 + ".example.com/", "webhook_url_invalid"),
        ("https://hooks.example.com/" + "a" * 2000, "webhook_url_invalid"),
        ("https://localhost/", "webhook_url_internal"),
        ("https://printer/", "webhook_url_internal"),
        ("https://printer.local/", "webhook_url_internal"),
        ("https://metadata.google.internal/", "webhook_url_internal"),
        ("https://8.8.8.8/", "webhook_url_internal"),
        ("https://127.1/", "webhook_url_internal"),
        ("https://0x7f.1/", "webhook_url_internal"),
        ("https://2130706433/", "webhook_url_internal"),
        ("https://0x7f000001/", "webhook_url_internal"),
        ("https://127.0.0.1./", "webhook_url_internal"),
        ("https://\uff11\uff12\uff17.0.0.1/", "webhook_url_internal"),
        ("https://[::1]/", "webhook_url_invalid"),
        ("http://127.0.0.1:8080/", "webhook_url_not_https"),
    ],
)
def test_addresses_that_are_refused(url: str, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        normalised(url)
    assert (refused.value.code, refused.value.field) == (code, "url")


def test_on_a_laptop_only_the_loopback_is_open() -> None:
    """And no other address that speaks plain HTTP."""
    assert normalised("http://127.0.0.1:8080/x", loopback=True) == "http://127.0.0.1:8080/x"
    for other in ("http://10.0.0.1/", "http://localhost/", "https://127.0.0.1/", "http://127.1/"):
        with pytest.raises(InvalidError):
            normalised(other, loopback=True)


@given(st.text(max_size=60))
def test_whatever_is_written_is_refused_or_a_public_name(text: str) -> None:
    """No text breaks the reader; what passes is https to a name, in printable ASCII."""
    try:
        stored = normalised("https://" + text)
    except InvalidError:
        return
    assert stored.isascii()
    assert stored.isprintable()
    assert stored.startswith("https://")
    assert "@" not in stored.split("/")[2]
