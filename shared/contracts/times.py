"""The time zone that numbers, messages and pages go by."""

from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""China's time, UTC+8 all year: months of case numbers, times of messages to customs and of the pages (DOMAIN 1.1)."""
