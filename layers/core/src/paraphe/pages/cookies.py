"""Cookies: reading what a browser brings, writing what it shall keep."""


def read(header: str) -> dict[str, str]:
    """Return the cookies of a `Cookie` header; none of a malformed one."""
    if not header:
        return {}
    from http.cookies import CookieError, SimpleCookie  # noqa: PLC0415 (few doors get any)

    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def write(name: str, value: str, *, max_age: int, secure: bool) -> str:
    """Return a `Set-Cookie` header: no script reads it, no other site's form sends it.

    Args:
        name: the cookie's, of RFC 6265's token characters.
        value: likewise; nothing is quoted here.
        max_age: how many seconds it is kept; 0 removes it.
        secure: False only where pages are served without https, on a laptop.

    """
    only_https = "; Secure" if secure else ""
    return f"{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{only_https}"
