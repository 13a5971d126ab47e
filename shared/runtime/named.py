"""The ids that a message names, found without parsing it: it may be one that can't be parsed."""

import re

_LOOKED_AT = 64 * 1024
_KEYS = ("case_no", "case_id", "stage", "message_id", "declaration_id", "command_id")
_ELEMENTS = {"case_no": rb"CaseNo", "message_id": rb"MessageId"}
_VALUE = rb"([A-Za-z0-9._:-]{1,128})"
_IN_JSON = {name: re.compile(rb'"' + name.encode() + rb'"\s*:\s*"' + _VALUE + rb'"') for name in _KEYS}
_IN_XML = {
    name: re.compile(rb"<(?:[\w.-]+:)?" + element + rb"(?:\s[^<>]*)?>\s*" + _VALUE + rb"\s*</")
    for name, element in _ELEMENTS.items()
}


def find_names(body: bytes) -> dict[str, str]:
    """The ids of a case and of a message that a JSON or XML body names in its first 64 KiB (CONTRACT 5)."""
    start = body[:_LOOKED_AT]
    places = _IN_JSON if start.lstrip()[:1] == b"{" else _IN_XML
    found = ((name, place.search(start)) for name, place in places.items())
    return {name: hit[1].decode() for name, hit in found if hit}
