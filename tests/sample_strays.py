"""What stands before and behind files: strays of cameras, scanners, printers and mail gateways, and what only looks like them."""

import base64

BEHIND = {
    "one byte": b"\x14",
    "one letter": b"A",
    "a second end": b"\xff\xd9",
    "two more ends": b"\xff\xd9\xff\xd9",
    "a second end of a GIF": b";",
    "16 fill bytes": b"\xff" * 16,
    "8 KiB of fill bytes": b"\xff" * 8192,
    "four bytes 0x80": b"\x80" * 4,
    "the words of an editor": b"Photoshop end",
    "NUL and line ends": bytes(100) + b"\r\n\r\n",
    "end of file of DOS": b"\x1a",
    "63 bytes that are nothing": bytes(range(0x80, 0x80 + 63)),
    "an editor's mark behind NUL": bytes(40) + b"\xa1\xb2\xc3\xd4",
}
"""Kept behind every picture, and behind a PDF."""
HOSTILE = {
    "a script of a page": b"<script>alert(document.cookie)</script>",
    "the shortest page": b"<svg/onload=a()>",
    "a comment that opens a page": b"<!--",
    "PHP": b"<?=`id`?>",
    "a script": b"*/alert(document.cookie)//",
    "a script behind NUL": bytes(8) + b";alert(1)//",
    "a script behind a byte": b"\x80*/;fetch('//x')//",
    "a script for a shell": b"#!/bin/sh\nrm -rf ~",
    "an empty ZIP": b"PK\x05\x06" + bytes(18),
    "an empty ZIP behind a byte": b"\x80PK\x05\x06" + bytes(18),
    "the beginning of a program": b"MZ\x90\x00\x03",
    "the beginning of a program of Linux": b"\x7fELF\x02\x01",
    "the beginning of a class": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    "the beginning of a PDF": b"%PDF-1.4",
    "PostScript": b"%!PS\nshowpage",
    "packed bytes": b"\x1f\x8b\x08\x00" + bytes(6) + b"\x4b\x04\x00",
    "a picture": base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="),
    "64 bytes that are nothing": bytes(range(0x80, 0x80 + 64)),
}
"""Refused behind every file, however short."""
BEFORE_PDF = {
    "a blank line": b"\r\n",
    "a mark of UTF-8": b"\xef\xbb\xbf",
    "a mark of UTF-8 and blank lines": b"\xef\xbb\xbf\r\n\r\n",
    "NUL": bytes(128),
    "headers of mail": (
        b"--=_b1\r\nContent-Type: application/pdf;\r\n name=\"a=1; b.pdf\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ),
    "a printer's": b"\x1b%-12345X@PJL JOB NAME = \"letter\"\r\n@PJL ENTER LANGUAGE = PDF\r\n",
}  # fmt: skip
"""Skipped by readers, and kept."""
HOSTILE_BEFORE_PDF = {
    "a page": b"<html>",
    "a script of a page": b"<script>a()</script>\n",
    "a script": b"alert(1)/*",
    "a script that looks like a header": b"a: alert(1)/*\n",
    "a script for a shell": b"#!/bin/sh\n",
    "a program": b"MZ\x90\x00\x03\x00",
    "a program that looks like a header": b"MZ: \x90\x00\x03\x00\n",
    "a picture": BEFORE_PDF["NUL"][:1] + b"\xff\xd8\xff\xe0",
    "an empty ZIP": b"PK\x05\x06" + bytes(18),
    "prose": b"Dear colleagues, this is the letter.\n",
    "1,025 blank bytes": b" " * 1025,
}
"""Refused before a PDF."""
BEHIND_PDF = {
    "a footer": (
        b"\r\n--\r\nThis e-mail (with its files) was scanned; see <https://example.org/mail>, or ask <mail@example.org>."
        b"\r\nIt is for the addressee alone & confidential = not for others; disclose nothing.\r\n"
    ),
    "a Chinese footer": "\r\n本邮件（及附件）已经过病毒扫描；仅供收件人使用。如有疑问，请联系管理员。\r\n".encode(),
    "a footer in GB18030": "\r\n本邮件（及附件）已经过病毒扫描；仅供收件人使用。如有疑问，请联系管理员。\r\n".encode("gb18030"),
    "the end of a part of mail": b"\r\n\r\n------=_NextPart_000_0001_01DB3A.7C6E0F10--\r\n",
    "a printer's": b"\x1b%-12345X@PJL EOJ NAME = \"letter\"\r\n\x1b%-12345X",
    "200 blank lines": b"\r\n" * 200,
    "4 KiB of blanks and NUL": b" " * 2048 + bytes(2048),
    "a second end": b"%%EOF\n",
}  # fmt: skip
"""Text that gateways add: skipped by readers, and kept."""
HOSTILE_BEHIND_PDF = {
    "a page": b"<p>This e-mail was scanned by the gateway of the ministry, and holds nothing <b>bad</b>.</p>",
    "a script in a footer": b"This e-mail was scanned by the gateway. javascript:alert(document.cookie) and so on",
    "a handler in a footer": b"This e-mail was scanned by the gateway. <x@y onclick=alert(1) z> and so on and so on",
    "a second table": b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n",
    "a place of another table": b"startxref\n9\n",
    "objects": b"9 0 obj\n(This is an object that some readers find) \nendobj\n",
    "2 KiB of text": b"This e-mail was scanned. " * 82,
}
"""Refused behind a PDF."""
