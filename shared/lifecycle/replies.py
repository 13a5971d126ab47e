"""Every command gets an answer: done, refused with all faults, or «not now»."""

from collections.abc import Awaitable
from dataclasses import asdict

from shared.bilingual import Bilingual
from shared.contracts.parts import FileRef
from shared.contracts.replies import CaseAnswer, Preview, Prompt, Refused, Reply
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
_OUR_FAULT = Bilingual("系统内部错误，未作任何更改。", "A fault of ours; nothing was changed.")


async def reply_to(work: Awaitable[CaseAnswer | FileRef | Preview | None]) -> Reply:
    """The reply to a command, whatever becomes of it."""
    try:
        done = await work
    except RequestRejected as refusal:
        errors = tuple(Prompt(**asdict(fault)) for fault in refusal.errors)
        return Reply(refused=Refused.of(refusal.code, refusal.text, refusal.status, errors))
    except DependencyUnavailable as wait:
        log.warning("command_not_now", error=str(wait))
        return Reply(
            refused=Refused.of("unavailable", Bilingual(f"系统暂时无法处理：{wait}", str(wait)), 503)
        )
    except Exception as error:
        log.exception("command_failed", error=repr(error))
        return Reply(refused=Refused.of("internal", _OUR_FAULT, 500))
    match done:
        case CaseAnswer():
            return Reply(case=done)
        case Preview():
            return Reply(preview=done)
    return Reply(file=done)  # nothing set: done, nothing to say
