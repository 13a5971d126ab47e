"""Answers to requests with an Idempotency-Key, kept so that the same request has the same answer."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from shared.contracts.collections import IDEMPOTENCY
from shared.contracts.documents.people import IdempotentAnswer
from shared.runtime.clock import now
from shared.runtime.store import DuplicateKey, Store

KEPT = timedelta(days=30)
"""How long a request with the same key has the same answer (CONTRACT 3)."""
Answered = tuple[int, dict[str, object]]
"""A status of HTTP, and what is said with it."""


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that may come again."""

    command_id: str
    body: bytes

    @property
    def digest(self) -> str:
        """What tells two bodies apart."""
        return sha256(self.body).hexdigest()


class IdempotentAnswers:
    """The first answer to each request, whichever process of the portal gave it."""

    def __init__(self, store: Store) -> None:
        self._answers = store.collection(IDEMPOTENCY.name)

    async def find(self, asked: IdempotentRequest) -> IdempotentAnswer | None:
        """The answer that was given, if any was; to another body it may have been (`body_sha256`)."""
        document = await self._answers.find_one({"_id": asked.command_id})
        return IdempotentAnswer(document) if document else None

    async def keep(self, asked: IdempotentRequest, answer: Answered) -> IdempotentAnswer:
        """Keep an answer; the one that another process kept meanwhile stands."""
        status, content = answer
        document = {
            "_id": asked.command_id, "body_sha256": asked.digest, "status": status, "content": content, "at": now(),
            "forget_at": now() + KEPT,
        }  # fmt: skip
        try:
            await self._answers.insert_one(document)
        except DuplicateKey:
            return await self.find(asked) or IdempotentAnswer(document)
        return IdempotentAnswer(document)
