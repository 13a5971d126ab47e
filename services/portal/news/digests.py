"""When digests go out. Pure."""

from datetime import datetime, timedelta

from shared.contracts.news import MailKind, Rhythm
from shared.contracts.times import CHINA

KINDS = {Rhythm.DAILY: MailKind.DAILY, Rhythm.WEEKLY: MailKind.WEEKLY}
"""Which digest goes with a rhythm."""
_DAYS = {MailKind.DAILY: 1, MailKind.WEEKLY: 7}


def digest_after(kind: MailKind, at: datetime, hour: int) -> datetime:
    """When the next digest goes out after this moment: at this hour of Beijing, each day, or each Monday."""
    beijing = at.astimezone(CHINA)
    found = beijing.replace(hour=hour, minute=0, second=0, microsecond=0)
    if kind is MailKind.WEEKLY:
        found -= timedelta(days=found.weekday())
    while found <= beijing:
        found += timedelta(days=_DAYS[kind])
    return found
