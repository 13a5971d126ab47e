"""What a message calls itself, found without reading it as a whole: it may be the one that can't be read."""

import re

_LOOKED_AT = 64 * 1024
_NAMES = {"case_no": rb"CaseNo", "message_id": rb"MessageId"}
_VALUE = rb"([A-Za-z0-9._-]{1,64})"
_PLACES = {
    name: re.compile(rb'"' + name.encode() + rb'"\s*:\s*"' + _VALUE + rb'"'
                     + rb"|<(?:[\w.-]+:)?" + element + rb"(?:\s[^<>]*)?>\s*" + _VALUE + rb"\s*</")
    for name, element in _NAMES.items()
}  # fmt: skip


def named_in(body: bytes) -> dict[str, str]:
    """`case_no` and `message_id` where a JSON or XML body names them in its first 64 KiB."""
    found = ((name, place.search(body[:_LOOKED_AT])) for name, place in _PLACES.items())
    return {name: (hit[1] or hit[2]).decode() for name, hit in found if hit}
