"""What is wrong with clocks and disks."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual

RIGHT_WITHIN = timedelta(seconds=2)
"""A server may show its clock to the second, and a while before the answer is here."""
LEAST_BYTES, LEAST_SHARE = 2**30, 0.05


def examine_machine(folder: Path | None = None) -> list[Finding]:
    """What is wrong with the machine that this runs on: the space for temporary files (`folder`, else the system's own)."""
    place = folder or Path(tempfile.gettempdir())
    usage = shutil.disk_usage(place)
    return list(space_findings(f"本机{place}", f"this machine's {place}", usage.free, usage.total))


def space_findings(zh: str, en: str, free: int, total: int) -> Iterator[Finding]:
    """Whether a disk of `total` bytes has too few left."""
    if free < LEAST_BYTES or free < total * LEAST_SHARE:
        left = f"{free / 2**30:.1f} GiB"
        what = Bilingual(f"{zh}只剩{left}。", f"There are only {left} left on {en}.")
        yield Finding("disk", what, Bilingual("腾出空间。", "Make room."), "a-disk-is-full")


def clock_findings(
    zh: str, en: str, shown: datetime | None, own: datetime | None = None
) -> Iterator[Finding]:
    """Whether a server's clock (`shown`) and this machine's (`own`: now) differ."""
    if shown is None:
        return
    apart = ((own or datetime.now(UTC)) - shown).total_seconds()
    if abs(apart) > RIGHT_WITHIN.total_seconds():
        what = Bilingual(
            f"本机时钟与{zh}的相差{apart:+.1f}秒。",
            f"This machine's clock and {en} are {apart:+.1f} s apart.",
        )
        yield Finding("clock", what, Bilingual("修复NTP。", "Put NTP right on both."), "fasclockwrong")
