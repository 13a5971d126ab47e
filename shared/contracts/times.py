"""The time zone that numbers, messages and pages go by."""

from datetime import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""China's time, UTC+8 all year: months of case numbers, times of messages to customs and of the pages (DOMAIN 1.1)."""


def in_china(at: datetime) -> str:
    """A moment as people are told it outside the pages, which say their zone once: `2026-11-29 21:01:50 UTC+8`."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S UTC+8")
