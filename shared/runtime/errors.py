"""Three families of error, and what keeps a service from starting.

RequestRejected is told to the sender, DependencyUnavailable is tried later, MessageParked is shown to an operator.
"""

from collections.abc import Sequence
from typing import Any

from shared.bilingual import Bilingual


class RequestRejected(Exception):
    """The request can't be done as it is; `code` names why (CONTRACT 3), `errors` every field at once.

    `text` is what a visitor reads in their language, and the way out; programs get both halves as `detail`.
    """

    def __init__(self, code: str, text: Bilingual, errors: Sequence[Any] = (), status: int = 409) -> None:
        super().__init__(str(text))
        self.code = code
        self.text = text
        self.errors = tuple(errors)
        self.status = status

    @property
    def detail(self) -> str:
        """«中文。 English.», as problem+json has it (CONTRACT 3)."""
        return str(self.text)


class RejectedForNow(RequestRejected):
    """The same request may be good after `seconds`."""

    def __init__(self, code: str, text: Bilingual, status: int, seconds: int) -> None:
        super().__init__(code, text, status=status)
        self.seconds = seconds


class DependencyUnavailable(Exception):
    """A dependency (`broker`, `database`, `object_store` or a service's name) does not answer now; nothing was lost."""

    def __init__(self, dependency: str, detail: str = "") -> None:
        super().__init__(f"{dependency} does not answer{': ' + detail if detail else ''}.")
        self.dependency, self.detail = dependency, detail


class MessageParked(Exception):
    """A message that can never be applied; `reason` is a code of CONTRACT 2, `detail` a sentence for the operator."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class StartRefused(Exception):
    """What is installed contradicts what is stored: a service ends with this one sentence, which has the way out."""
