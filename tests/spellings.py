"""The same receipt in other spellings, by a seeded random: what serializers choose freely, and what it must not change."""

import base64
import random
import re
import unicodedata
from collections.abc import Callable

from lxml import etree

NS = "urn:fas:customs:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DXP = "http://www.chinaport.gov.cn/dxp"
_FILES = ("Attachments", ())
_OPINION = ("Opinion", ("MaterialsOnly", "Attachments"))
OPTIONAL: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Head": (("InReplyTo", ("SenderID",)),),
    "RECEIVE_FAILED": (_FILES,),
    "REJECTED": (_FILES,),
    "NOT_APPROVED": (_FILES,),
    "SUPPLEMENT": (("Items", ("Attachments",)), _FILES),
    "ACCEPTED": (_OPINION,),
    "APPROVED": (_OPINION,),
    "QUESTIONNAIRE_OPENED": (_OPINION, ("MaterialsOnly", ())),
    "RECTIFICATION_REQUIRED": (_OPINION, _FILES),
    "CONSULTATION_OPENED": (
        ("TextZh", ("TextEn", "TextOther", "Attachments")), ("TextEn", ("TextOther", "Attachments")),
        ("TextOther", ("Attachments",)), _FILES,
    ),
    "CASE_CLOSED": (_OPINION,),
    "CHECK_INITIATED": (
        ("Department", ("ContactName",)), ("PhoneCountry", ("PhoneArea", "PhoneNumber")), ("PhoneArea", ("PhoneNumber",)),
        _FILES,
    ),
}  # fmt: skip
"""The optional elements of CONTRACT 2 by type, each with those that it stands before; else it is the last one."""
TEXTS = frozenset({
    "Opinion", "Requirement", "TextZh", "TextEn", "TextOther", "Text", "Overview", "Title", "Department", "ContactName",
    "ContactTitle", "Email", "FileName",
})  # fmt: skip
_PREFIXES = ("ns2", "fas", "c", "名", "_a", "x.1-b", "xs", "Receipt", "xmlfas")
_GAPS = ("", "", " ", "\n", "\t", "\n  ", "<!-- a <Body/> -->", "<?render x='1'?>", "\n<!---->\n")
_DECLARED = {
    "utf-8": ("UTF-8", "utf-8", "utf8", "UTF-16"),
    "gb18030": ("GB18030", "GBK", "gb2312", "gb18030"),
    "utf-16-le": ("UTF-16", "utf-16le", "UTF-8"),
    "utf-16-be": ("UTF-16", "UTF-16BE"),
}  # fmt: skip
_MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "gb18030": b"\x84\x31\x95\x33",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
}


def respelt(seed: int, xml: bytes) -> bytes:
    """The receipt `xml`, written as some other system would."""
    rng = random.Random(seed)
    root = etree.fromstring(xml)
    _fill_in(rng, root)
    inner = _encoded(rng, Writer(rng).document(root))
    return _enveloped(rng, inner) if rng.random() < 0.2 else inner


def as_jaxb(xml: bytes) -> bytes:
    """The receipt as Java's JAXB writes it: one prefix, no default namespace, standalone, nothing between the elements."""

    def written(element: etree._Element, attributes: str = "") -> str:
        name = f"ns2:{etree.QName(element).localname}"
        inner = "".join(map(written, element)) if len(element) else _escaped(element.text or "")
        return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"

    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return (head + written(etree.fromstring(xml), f' xmlns:ns2="{NS}" version="1.0"')).encode()


def minimal(xml: bytes) -> bytes:
    """The receipt without its optional elements, but for one text that a consultation needs."""
    root = etree.fromstring(xml)
    for part, (name, _) in _optional(root):
        for element in part.findall(f"{{{NS}}}{name}"):
            if name not in ("TextZh", "InReplyTo"):
                part.remove(element)
    return etree.tostring(root)


def _optional(root: etree._Element) -> list[tuple[etree._Element, tuple[str, tuple[str, ...]]]]:
    head, body = root
    kind = head.findtext(f"{{{NS}}}ReceiptType", "")
    return [(head, each) for each in OPTIONAL["Head"]] + [(body, each) for each in OPTIONAL.get(kind, ())]


def _fill_in(rng: random.Random, root: etree._Element) -> None:
    """Empty elements for some of the optional ones that are absent."""
    for part, (name, before) in _optional(root):
        if part.find(f"{{{NS}}}{name}") is None and rng.random() < 0.6:
            following = next((each for each in part if etree.QName(each).localname in before), None)
            empty = etree.Element(f"{{{NS}}}{name}")
            part.append(empty) if following is None else following.addprevious(empty)


class Writer:
    """Writes a tree as text, choosing at every step among what XML takes for the same."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._prefixed = rng.random() < 0.6
        self._gaps = rng.random() < 0.7

    def document(self, root: etree._Element) -> str:
        """The whole, with what may stand before and behind the root."""
        prefix = self._rng.choice(_PREFIXES) if self._prefixed else ""
        written = self._gap() + self._element(root, prefix, {}) + self._gap()
        return written.replace("\n", self._rng.choice(("\n", "\n", "\r\n", "\r")))

    def _element(self, element: etree._Element, prefix: str, bound: dict[str, str]) -> str:
        name, bound = etree.QName(element).localname, dict(bound)
        attributes = [f"{key}={self._quoted(value)}" for key, value in element.attrib.items()]
        if self._prefixed and self._rng.random() < 0.15:
            prefix = self._rng.choice(_PREFIXES)
        if bound.get(prefix) != NS:
            bound[prefix] = NS
            attributes.append(self._declaration(prefix, NS))
        attributes += self._hints(name, element, prefix, bound)
        self._rng.shuffle(attributes)
        tag = f"{prefix}:{name}" if prefix else name
        opened = "".join((tag, *(self._space() + each for each in attributes)))
        inner = self._children(element, prefix, bound) if len(element) else self._content(name, element)
        if not inner and self._rng.random() < 0.5:
            return f"<{opened}{self._rng.choice(('', ' ', chr(10)))}/>"
        return f"<{opened}>{inner}</{tag}{self._rng.choice(('', ' '))}>"

    def _hints(self, name: str, element: etree._Element, prefix: str, bound: dict[str, str]) -> list[str]:
        """Declarations that nothing uses, and the attributes that serializers leave."""
        found = []
        for other, uri in (
            ("unused", "urn:other"),
            ("xsd", "http://www.w3.org/2001/XMLSchema"),
            ("", "urn:default"),
        ):
            if (
                other not in bound
                and other != prefix
                and (other or self._prefixed)
                and self._rng.random() < 0.1
            ):
                bound[other] = uri
                found.append(self._declaration(other, uri))
        own = f"{prefix}:" if prefix else ""
        hints = {
            "schemaLocation": f"{NS} file:///C:/customs.xsd",
            "noNamespaceSchemaLocation": "http://127.0.0.1:9/customs.xsd",
            "type": f"{own}ACCEPTED" if name == "Body" else "xsd:string",
        }
        if not len(element) and not element.text and name != "Body":
            hints["nil"] = self._rng.choice(("true", "1"))
        chosen = [key for key in hints if self._rng.random() < 0.08]
        if chosen and bound.get("xsi") != XSI:
            bound["xsi"] = XSI
            found.append(self._declaration("xsi", XSI))
        found += [f"xsi:{key}={self._quoted(hints[key])}" for key in chosen]
        return found + (['xml:space="preserve"'] if self._rng.random() < 0.03 else [])

    def _children(self, element: etree._Element, prefix: str, bound: dict[str, str]) -> str:
        written = (self._gap() + self._element(each, prefix, bound) for each in element)
        return "".join(written) + self._gap()

    def _content(self, name: str, element: etree._Element) -> str:
        text = element.text or ""
        if not text.strip():
            return self._rng.choice(("", "", " ", "\n", "<!-- null -->", "<![CDATA[]]>"))
        if name in _EQUAL and self._rng.random() < 0.7:
            text = self._rng.choice(_EQUAL[name](text))
        if name in TEXTS:
            text = unicodedata.normalize(self._rng.choice(("NFC", "NFD")), text)
        around = self._rng.choice((("", ""), (" ", " "), ("\n      ", "\n    "), ("\t", ""), ("", "\n")))
        return around[0] + "".join(map(self._piece, self._split(text))) + around[1]

    def _split(self, text: str) -> list[str]:
        cuts = sorted(self._rng.randrange(len(text) + 1) for _ in range(self._rng.choice((0, 0, 1, 3))))
        return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def _piece(self, text: str) -> str:
        between = self._rng.choice(("", "", "<!-- x -->", "<?x y?>"))
        way = self._rng.choice((_escaped, _escaped, _as_cdata, self._referred))
        return between + way(text)

    def _referred(self, text: str) -> str:
        """Some of the characters as references."""
        line_end = self._rng.choice(("&#10;", "&#13;&#10;"))
        return "".join(line_end if each == "\n" else self._reference(each) for each in text)

    def _reference(self, sign: str) -> str:
        return self._rng.choice((f"&#{ord(sign)};", f"&#x{ord(sign):X};", _escaped(sign)))

    def _declaration(self, prefix: str, uri: str) -> str:
        return f"xmlns{':' if prefix else ''}{prefix}={self._quoted(uri)}"

    def _quoted(self, value: str) -> str:
        quote = self._rng.choice("\"'")
        return quote + value.replace("&", "&amp;").replace("<", "&lt;") + quote

    def _space(self) -> str:
        return self._rng.choice((" ", " ", "\n   ", "\t"))

    def _gap(self) -> str:
        return self._rng.choice(_GAPS) if self._gaps else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _as_cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _times(text: str) -> tuple[str, ...]:
    """2026-11-04T00:00:00+08:00 in other words."""
    return (
        text, "2026-11-03T24:00:00+08:00", "2026-11-03T16:00:00Z", "2026-11-04T00:00:00.000000000+08:00",
        "2026-11-03T24:00:00.0+08:00", "2026-11-03T16:00:00+00:00", "2026-11-03T16:00:00-00:00", "2026-11-04T06:00:00+14:00",
    )  # fmt: skip


def _dates(text: str) -> tuple[str, ...]:
    return text, f"{text}+08:00", f"{text}Z"


_EQUAL: dict[str, Callable[[str], tuple[str, ...]]] = {
    "SendTime": _times, "IssuedOn": _dates, "PublishedOn": _dates,
    "MaterialsOnly": lambda text: (text, {"true": "1", "false": "0"}[text]),
    "Size": lambda text: (text, f"0{text}", f"+{text}"),
    "Sha256": lambda text: (text.upper(), text.lower()),
    "Content": lambda text: (text, re.sub("(.{4})", r"\1\n      ", text)),
}  # fmt: skip


def _encoded(rng: random.Random, text: str) -> bytes:
    codec = rng.choice(("utf-8", "utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    mark = _MARKS[codec] if rng.random() < 0.5 else b""
    if (codec == "utf-8" and rng.random() < 0.4) or (mark and rng.random() < 0.2):
        return mark + text.encode(codec)
    quote, names = rng.choice("\"'"), _DECLARED[codec]
    standalone = rng.choice(("", f" standalone={quote}yes{quote}"))
    version = f"version={quote}1.0{quote}"
    declaration = f"<?xml {version} encoding={quote}{rng.choice(names)}{quote}{standalone}?>"
    return mark + (declaration + text).encode(codec)


def _enveloped(rng: random.Random, inner: bytes) -> bytes:
    data = base64.encodebytes(inner).decode() if rng.random() < 0.5 else base64.b64encode(inner).decode()
    data = _as_cdata(data) if rng.random() < 0.3 else data
    prefix = rng.choice(("", "", "dxp:", "n:"))
    named = f"xmlns{':' if prefix else ''}{prefix.rstrip(':')}='{DXP}'"
    parts = f"<{prefix}TransInfo><{prefix}CopMsgId>x</{prefix}CopMsgId></{prefix}TransInfo><{prefix}Data>{data}</{prefix}Data>"
    return _encoded(rng, f"<{prefix}DxpMsg {named} ver='1.0'>{parts}</{prefix}DxpMsg>")
