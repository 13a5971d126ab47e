"""The time limits that operators set, as they are stored."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.documents.record import Field, Record


class TimeLimits(Record):
    """The one document of `time_limits`: months by the code of what is asked (`shared/lifecycle/time_limits.py`).

    What is not named has no limit. `version` counts the changes from 1; 0 are the defaults.
    """

    version = Field[int]("version")
    months = Field[Mapping[str, int]]("months")
    changed_at = Field[datetime | None]("changed_at", absent=None)
    changed_by = Field[str]("changed_by", absent="")
