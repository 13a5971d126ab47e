"""XML laid out for the eye, as a message of customs is looked at. Pure; it resolves nothing and fetches nothing."""

from lxml import etree

from shared.contracts.limits import MESSAGE_BYTES

_NAMESPACES = 1000
"""The parser's time grows with the square of the declarations."""
_PARSER = etree.XMLParser(
    encoding="UTF-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=True,
)  # fmt: skip


def indented(text: str) -> str:
    """The same XML with a line for each element; empty where it is not well-formed, too large, or has a DOCTYPE."""
    started = text[text.find("?>") + 2 :] if text.lstrip().startswith("<?xml") else text
    raw = started.strip().encode("utf-8", "replace")
    if len(raw) > MESSAGE_BYTES or b"<!DOCTYPE" in raw or raw.count(b"xmlns:") > _NAMESPACES:
        return ""
    try:
        root = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
