"""Prints in a process of its own, which may be ended: no questionnaire takes more than its share of time and memory.

The template stands beside this file; nothing is fetched.
"""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from services.portal.printing.fonts import FontsMissing, font_folders
from shared.bilingual import Bilingual
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
CHARACTERS = 1_500_000
"""Of a whole document as JSON; a submission to customs can't carry as much (CONTRACT 2)."""
CPU_SECONDS = 45
"""Of the processor, as the kernel counts them: on a busy machine a document takes longer, and is not refused."""
PATIENCE_SECONDS = 40.0
MEMORY_BYTES = 3 * 1024 * 1024 * 1024
_PROGRAM = Path(__file__).with_name("typeset.py")
_TEMPLATE = Path(__file__).with_name("questionnaire.typ")
_ENDED = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT)
_TOO_LONG = Bilingual(
    "内容过长，无法打印；请缩短答案或改用附件。",
    "This is too long to print; shorten answers or attach files.",
)
_NO_FONTS = "服务器缺少打印所需的字体，请联系系统运维人员。"


class PdfRenderer:
    """Prints one document at a time; the others wait for their turn."""

    def __init__(
        self, folders: Callable[[], Sequence[Path]] = font_folders, cpu_seconds: int = CPU_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:  # fmt: skip
        self._folders, self._cpu_seconds, self._patience = folders, cpu_seconds, patience_seconds
        self._turn = asyncio.Lock()

    async def print(self, form: Mapping[str, object], at: datetime) -> bytes:
        """The PDF of a form of PdfDocument; the same form and time give the same bytes.

        RequestRejected `too_long_to_print` (422) for more than CHARACTERS or CPU_SECONDS; DependencyUnavailable where fonts
        are missing, or where the machine is too busy.
        """
        paper = json.dumps(form, ensure_ascii=False)
        if len(paper) > CHARACTERS:
            raise RequestRejected("too_long_to_print", _TOO_LONG, status=422)
        asked = {
            "template": _TEMPLATE.read_text(encoding="utf-8"), "paper": paper, "at": int(at.timestamp()),
            "folders": [str(folder) for folder in self._found()], "cpu_seconds": self._cpu_seconds,
            "memory_bytes": MEMORY_BYTES,
        }  # fmt: skip
        try:
            async with asyncio.timeout(self._patience), self._turn:
                code, pdf, said = await _run(json.dumps(asked).encode())
        except TimeoutError:
            raise DependencyUnavailable("portal", f"not printed within {self._patience:g} s") from None
        if code in _ENDED:
            log.warning("printing_ended", characters=len(paper), signal=-code)
            raise RequestRejected("too_long_to_print", _TOO_LONG, status=422)
        if code != 0:
            raise RuntimeError(f"The template does not print: {said[-400:]!r}")
        return pdf

    def _found(self) -> Sequence[Path]:
        try:
            return self._folders()
        except FontsMissing as missing:
            log.error("fonts_missing", packages=" ".join(missing.packages))
            raise DependencyUnavailable("portal", f"{_NO_FONTS} {missing}") from missing


async def _run(asked: bytes) -> tuple[int, bytes, bytes]:
    """The program's exit status and what it wrote; it gets no environment variables, and ends with the caller."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_PROGRAM), stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}, start_new_session=True
    )  # fmt: skip
    try:
        pdf, said = await program.communicate(asked)
    finally:
        with suppress(ProcessLookupError):
            program.kill()
        await program.wait()
    return program.returncode or 0, pdf, said
