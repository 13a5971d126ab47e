"""Every command gets an answer: done, refused with all faults, or «not now»."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from shared.bilingual import Bilingual
from shared.contracts.commands import CaseAnswer, CaseCommand, Preview, Prompt, Refused, Reply
from shared.contracts.faults import FieldFault, to_be_corrected
from shared.contracts.parts import FileRef
from shared.lifecycle.movement import RecordContext
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


def raise_if_faults(faults: list[FieldFault]) -> None:
    """Refuse with every fault at once (CONTRACT 3, validation_error); nothing where there is none."""
    if faults:
        text = to_be_corrected(fault.field for fault in faults)
        raise RequestRejected("validation_error", text, faults, status=422)


def merged_attachments(
    present: Sequence[Mapping[str, Any]], command: CaseCommand, moment: RecordContext
) -> list[dict[str, Any]]:
    """The files of a draft once a save is carried out; each stands once, in the order they came."""
    if command.files is None:
        return [moment.files[file].stored() for file in dict.fromkeys(command.attachments)]
    kept = [dict(file) for file in present if file["id"] not in command.files.remove]
    known = {file["id"] for file in kept}
    return kept + [
        moment.files[file].stored() for file in dict.fromkeys(command.files.add) if file not in known
    ]
