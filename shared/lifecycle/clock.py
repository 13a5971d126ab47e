"""The time, in one place."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC and to the millisecond that the database keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
