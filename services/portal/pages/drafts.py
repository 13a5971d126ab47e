"""A draft that two people may have open: whoever comes second is told, and nothing is overwritten silently."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.datastructures import FormData

from services.portal.pages.carrying import text

ANYWAY = "*"


def seen(stored: Mapping[str, Any]) -> str:
    """What a page remembers of the draft that it shows, in its hidden field `seen`."""
    return sha256(json.dumps(stored, sort_keys=True, default=str).encode()).hexdigest()[:16]


def overtaken(form: FormData, stored: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    """Whether somebody saved another draft since the page was made, and the officer has not said to go on."""
    return text(form, "seen") not in (seen(stored), ANYWAY) and seen(stored) != seen(typed)
