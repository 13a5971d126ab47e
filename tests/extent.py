"""How much is tested: what every run does, or with FAS_TEST_ALL (`make test-all`) the same checks over more data too."""

import os

ALL = bool(os.environ.get("FAS_TEST_ALL"))
ALONE = bool(os.environ.get("FAS_TEST_ALONE"))
"""Whether checks run that need the machine for themselves (`make test-alone`)."""


def at_most(usual: int, all: int) -> int:
    """So many examples, files or messages: `usual` of them in `make test`, `all` of them in `make test-all`."""
    return all if ALL else usual
