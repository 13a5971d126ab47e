"""The forms that messages and cases are written in; two versions of the system run side by side by them. Pure.

A field that is added leaves a form as it is: readers ignore what they do not know, and bear that it is absent. A form gets the
next number where a reader of the form before could not read it: first a release reads both and writes the older, the next
writes the newer. docs/operations/upgrades.md has the whole rule.
"""

from typing import Annotated

from pydantic import Field

MESSAGES = 1
"""The form of every message; one that says none is of the first."""
CASES = 1
"""The form of a case as it is stored; one that says none is older."""
QUESTIONNAIRES = 2
"""The form of a version of a questionnaire as it is stored; the first says none, and has a collection of its own."""
OLDER_CASES = (None, *range(1, CASES))
"""The forms that `fas migrate` looks for."""

MessageFormat = Annotated[int, Field(ge=1, le=MESSAGES)]
"""A message of a later form is refused and becomes a dead letter, which is replayed once the reader is updated."""
