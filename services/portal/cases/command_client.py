"""Asks the owning services, once for each Idempotency-Key."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import TypedDict

from fastapi import Request
from fastapi.responses import JSONResponse
from ulid import ULID

from services.portal.cases.idempotency import Answered, IdempotentAnswers, IdempotentRequest
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.commands import CaseCommand, KeepAttachment, Rehearsal, SubmitCommand
from shared.contracts.faults import FieldFault
from shared.contracts.operations import PreviewReceipt
from shared.contracts.parts import FileRef, Message
from shared.contracts.replies import CaseAnswer, Preview, Refused, Reply
from shared.contracts.topology import DEAD, OWN_QUEUES, OWNERS, Queue, commands_of
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import correlation_id
from shared.runtime.queue_stats import QueueStats, show_queue_stats
from shared.runtime.rpc import RpcClient
from shared.runtime.store import Store

ANSWER_SECONDS = 10.0
LONGEST_KEY = 200
_KEY_TOO_LONG = FieldFault(
    "Idempotency-Key", "string_too_long", f"Idempotency-Key 最多{LONGEST_KEY}个字符。",
    f"Idempotency-Key has at most {LONGEST_KEY} characters.",
)  # fmt: skip


class CommandHead(TypedDict):
    """What every command to a case begins with: its id, who asks for it, and which case is meant."""

    command_id: str
    authority: str
    by: str
    case_id: str


def head_of(user: User, case_id: str, command_id: str) -> CommandHead:
    """The head of an officer's command."""
    return {"command_id": command_id, "authority": user.authority, "by": user.username, "case_id": case_id}


def case_begun_by(command_id: str) -> str:
    """The id of the case that a command begins: the same one however often the command comes."""
    return str(ULID.from_bytes(sha256(command_id.encode()).digest()[:16]))


class CommandClient:
    """Hands commands to services and brings their answers back."""

    def __init__(self, rpc: RpcClient, store: Store, queues: Sequence[Queue]) -> None:
        self._rpc, self._queues = rpc, queues
        self._answers = IdempotentAnswers(store)

    async def ask(self, command: CaseCommand) -> CaseAnswer:
        """Have a case command carried out by the owner of its stage.

        RequestRejected as the service says, DependencyUnavailable when it is away.
        """
        return _case_of(await self._reply(OWNERS[command.stage], command))

    async def rehearse(self, command: SubmitCommand) -> CaseAnswer:
        """What `ask` would answer or raise as the case stands now; nothing is stored."""
        return _case_of(await self._reply(OWNERS[command.stage], Rehearsal(submission=command)))

    async def keep(self, command: KeepAttachment) -> FileRef:
        """Have an uploaded file inspected and kept."""
        reply = await self._reply("documents", command)
        if reply.file is None:
            raise _refusal(reply.refused)
        return reply.file

    async def operate(self, command: Message) -> None:
        """Have the gateway replay or dismiss a parked receipt or a dead letter."""
        reply = await self._reply("customs_gateway", command)
        if reply.refused:
            raise _refusal(reply.refused)

    async def preview(self, receipt_id: str) -> Preview:
        """What trying a parked receipt again would do; RequestRejected where it can't be tried."""
        reply = await self._reply("customs_gateway", PreviewReceipt(receipt_id=receipt_id))
        if reply.preview is None:
            raise _refusal(reply.refused)
        return reply.preview

    async def queues(self) -> list[QueueStats]:
        """How full every queue at our broker is; DependencyUnavailable where the broker does not answer."""
        return await self._rpc.read_queue_stats([*(each.name for each in self._queues), DEAD])

    async def show_queues(self) -> None:
        """Show our own queues to Prometheus; those between customs and us are the gateway's to show."""
        names = [each.name for each in OWN_QUEUES]
        show_queue_stats(await self._rpc.read_queue_stats([*names, DEAD]))

    async def once(
        self,
        request: Request,
        user: User,
        body: bytes,
        work: Callable[[str], Awaitable[Answered]],
    ) -> JSONResponse:
        """Do `work(command_id)`; with an Idempotency-Key the same key and body gets the same answer, and it happens once."""
        key = request.headers.get("Idempotency-Key")
        if key and len(key) > LONGEST_KEY:
            raise RequestRejected("validation_error", _KEY_TOO_LONG.text, [asdict(_KEY_TOO_LONG)], status=422)
        if not key:
            status, content = await work(str(ULID()))
            return JSONResponse(content, status)
        asked = IdempotentRequest(
            sha256(f"{user.username} {request.method} {request.url.path} {key}".encode()).hexdigest(), body
        )
        known = await self._answers.find(asked)
        if known is None:
            known = await self._answers.keep(asked, await work(asked.command_id))
        if known.body_sha256 != asked.digest:
            text = Bilingual(
                "此Idempotency-Key已用于其他内容，请使用新值。",
                "This Idempotency-Key was used with another body; use a new key.",
            )
            raise RequestRejected("idempotency_key_reused", text, status=422)
        return JSONResponse(known.content, known.status)

    async def _reply(self, service: str, command: Message) -> Reply:
        body = command.model_dump_json().encode()
        answer = await self._rpc.ask(
            commands_of(service).name, body, limit=ANSWER_SECONDS, correlation_id=correlation_id()
        )
        return Reply.model_validate_json(answer)


def _case_of(reply: Reply) -> CaseAnswer:
    if reply.case is None:
        raise _refusal(reply.refused)
    return reply.case


def _refusal(refused: Refused | None) -> RequestRejected:
    if refused is None:
        text = Bilingual("服务的应答无法读取。", "The service gave no answer that can be read.")
        return RequestRejected("internal", text, status=500)
    errors = [
        prompt.model_dump(
            mode="json", exclude={name for name in ("present", "row", "column") if not getattr(prompt, name)}
        )
        for prompt in refused.errors
    ]
    return RequestRejected(refused.code, refused.sentence, errors, status=refused.status)
