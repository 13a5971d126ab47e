"""The time zone that numbers, messages and pages go by, and how durations are said."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.bilingual import Bilingual

CHINA = ZoneInfo("Asia/Shanghai")
"""China's time, UTC+8 all year: months of case numbers, times of messages to customs and of the pages (DOMAIN 1.1)."""


def in_china(at: datetime) -> str:
    """A moment as people are told it outside the pages, which say their zone once: `2026-11-29 21:01:50 UTC+8`."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S UTC+8")


_STEPS = ((86400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute"))


def lasted(value: timedelta) -> Bilingual:
    """A duration in its largest unit, `3 days`; under a minute it is `under a minute`."""
    total = int(value.total_seconds())
    for length, zh, en in _STEPS:
        if total >= length:
            count = total // length
            return Bilingual(f"{count}{zh}", f"{count} {en}{'' if count == 1 else 's'}")
    return Bilingual("不到1分钟", "under a minute")
