"""Posted forms: fields (`application/x-www-form-urlencoded`) and files (`multipart/form-data`)."""

from urllib.parse import parse_qs

URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FORM = 20_000
_MAX_FIELDS = 20


def media_type(content_type: str) -> str:
    """Return the type of a `Content-Type` header, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def fields(body: bytes, content_type: str, max_form: int = MAX_FORM) -> dict[str, str]:
    """Return the first value of each field; nothing of a form that is too large or malformed."""
    if media_type(content_type) != URL_ENCODED or len(body) > max_form:
        return {}
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def files(body: bytes, content_type: str) -> dict[str, bytes]:
    """Return the parts of a multipart form by name (RFC 7578); empty parts are left out."""
    from email import message_from_bytes  # noqa: PLC0415 (few requests bring files)
    from email.policy import HTTP  # noqa: PLC0415

    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + body, policy=HTTP)
    found: dict[str, bytes] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and content:
            found[name] = content
    return found
