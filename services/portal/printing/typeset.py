"""The program that sets a document in type: `python -I typeset.py`, JSON on standard input, the PDF on standard output.

It imports nothing else of ours and has no settings and no secrets; the kernel may end it at any time.
"""

import json
import resource
import sys
from collections.abc import Sequence

import typst

_UNDRAWABLE = "could not be displayed"


def typeset(template: bytes, paper: str, at: int, folders: Sequence[str]) -> bytes:
    """The PDF, dated `at` (seconds since 1970); the same input gives the same bytes. No other font or file is read.

    A character that no font has is drawn as an empty box, and keeps the document from being archival.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))

    def compiled(*, archival: bool) -> bytes:
        """As PDF/A-2a and PDF/UA-1, to be kept and to be read aloud, or as a plain PDF."""
        return typst.compile(
            template, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"paper": paper},
            pdf_standards=["a-2a", "ua-1"] if archival else [], timestamp=at,
        )  # fmt: skip

    try:
        return compiled(archival=True)
    except typst.TypstError as error:
        if _UNDRAWABLE not in str(error):
            raise
    return compiled(archival=False)


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """Let the kernel end this process when it has used more; no core is dumped."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """One document."""
    asked = json.load(sys.stdin.buffer)
    limit(asked["cpu_seconds"], asked["memory_bytes"])
    pdf = typeset(asked["template"].encode(), asked["paper"], asked["at"], asked["folders"])
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
