"""Events of the gateway: customs' receipts and our declarations."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import (
    ERROR,
    GATEWAY,
    INFO,
    OF_A_DECLARATION,
    OF_A_RECEIPT,
    WARNING,
    LogEvent,
)

_ENDED = (*OF_A_RECEIPT, "outcome", "reason", "duration_ms")
_ATTEMPT = (*OF_A_DECLARATION, "outcome", "attempts", "error")
RECEIPTS = (
    LogEvent(
        "receipt_stored",
        (INFO,),
        GATEWAY,
        OF_A_RECEIPT,
        Bilingual("收到回执", "Receipt stored"),
        Bilingual(
            "回执的原始报文已入台账；此后才向消息服务器确认。",
            "The raw receipt stands in the ledger; the broker is told after that.",
        ),
    ),
    LogEvent(
        "receipt_applied",
        (INFO,),
        GATEWAY,
        _ENDED,
        Bilingual("回执已生效", "Receipt applied"),
        Bilingual(
            "案件已按回执变动，海关得到APPLIED。",
            "The case has moved as the receipt says; customs is answered APPLIED.",
        ),
    ),
    LogEvent(
        "receipt_duplicate",
        (INFO,),
        GATEWAY,
        (*OF_A_RECEIPT, "outcome"),
        Bilingual("重复的回执", "Duplicate receipt"),
        Bilingual(
            "海关重发了已知的回执，除再次答复外没有任何变化。",
            "Customs sent a known receipt again; it was answered again, and nothing else changed.",
        ),
    ),
    LogEvent(
        "receipt_redelivered",
        (INFO,),
        GATEWAY,
        OF_A_RECEIPT,
        Bilingual("消息服务器再次投递", "Receipt handed out again"),
        Bilingual(
            "已入台账的报文被消息服务器再次投递，例如进程中途结束。",
            "The broker handed out a message that is in the ledger, because a process ended in "
            "between for instance.",
        ),
    ),
    LogEvent(
        "receipt_stale",
        (INFO,),
        GATEWAY,
        _ENDED,
        Bilingual("过时的回执", "Stale receipt"),
        Bilingual(
            "回执所述已被更新的事实取代，未生效；海关得到STALE。",
            "What the receipt says is overtaken; it was not applied, and customs is answered STALE.",
        ),
    ),
    LogEvent(
        "receipt_deferred",
        (INFO,),
        GATEWAY,
        _ENDED,
        Bilingual("回执暂缓", "Receipt deferred"),
        Bilingual(
            "回执早到，稍后自动再试；同一案件有回执生效时立即再试。",
            "It came too early and is tried again by itself: after a while, and at once when a "
            "receipt of the case is applied.",
        ),
    ),
    LogEvent(
        "receipt_parked",
        (WARNING,),
        GATEWAY,
        _ENDED,
        Bilingual("回执已搁置", "Receipt parked"),
        Bilingual(
            "回执无法处理，等待运维人员；`reason`为原因代码，海关得到PARKED。",
            "It can't be applied and waits for an operator; `reason` is the code. Customs is "
            "answered PARKED.",
        ),
        Bilingual(
            "`fas receipts show`查看，处理原因后`replay`，或`dismiss`。",
            "Look at it with `fas receipts show`; remove the reason and `replay` it, or `dismiss` it.",
        ),
        "fasreceiptsparked",
    ),
    LogEvent(
        "receipt_failed",
        (ERROR,),
        GATEWAY,
        (*OF_A_RECEIPT, "error"),
        Bilingual("回执处理出错", "Receipt failed"),
        Bilingual(
            "本系统的缺陷：回执未能转为内部事实，随即以internal搁置。",
            "A fault of ours: the receipt could not be made a fact. It is parked as `internal`.",
        ),
        Bilingual(
            "把`traceback`交给开发人员；修复后`fas receipts replay`。",
            "Give the `traceback` to the developers; `fas receipts replay` after it is mended.",
        ),
        "fasreceiptsparked",
    ),
)
DECLARATIONS = (
    LogEvent(
        "declaration_sent",
        (INFO,),
        GATEWAY,
        _ATTEMPT,
        Bilingual("申报已发往海关", "Declaration sent"),
        Bilingual(
            "海关的消息服务器已确认收下申报。", "Customs' broker has confirmed that it holds the declaration."
        ),
    ),
    LogEvent(
        "declaration_failed",
        (WARNING,),
        GATEWAY,
        _ATTEMPT,
        Bilingual("申报未被接收", "Declaration refused"),
        Bilingual(
            "海关的队列拒收（不存在、已满），或申报无法写成报文（`outcome`为invalid）；"
            "`error`说明原因。拒收的会自动重试。",
            "Customs' queue refused it (there is none, or it is full), or it could not be written "
            "(`outcome` invalid); `error` says why. What was refused is tried again by itself.",
        ),
        Bilingual(
            "见运行手册：海关队列已满；invalid须交开发人员。",
            "See the runbook: customs' queue is full. `invalid` is for the developers.",
        ),
        "fasdeclarationsrefused",
    ),
    LogEvent(
        "declaration_unconfirmed",
        (WARNING,),
        GATEWAY,
        _ATTEMPT,
        Bilingual("申报未获确认", "Declaration not confirmed"),
        Bilingual(
            "海关的消息服务器未及时确认；将以同一MessageId重发。",
            "Customs' broker did not confirm in time; it is sent again with the same MessageId.",
        ),
        Bilingual("若持续出现，查看海关的消息服务器。", "Where it goes on, look at customs' broker."),
        "fasdeclarationsstuck",
    ),
    LogEvent(
        "declaration_delayed",
        (WARNING,),
        GATEWAY,
        _ATTEMPT,
        Bilingual("申报延后", "Declaration delayed"),
        Bilingual(
            "申报所需的服务器或文件暂不可用，稍后自动再试。",
            "A server or a file that it needs is not there now; it is tried again by itself.",
        ),
        Bilingual(
            "恢复`error`所指的服务器；文件缺失见备份。",
            "Bring back what `error` names; for a missing file see backup.md.",
        ),
        "fasdeclarationsstuck",
    ),
    LogEvent(
        "fact_not_sent",
        (WARNING,),
        GATEWAY,
        (*OF_A_DECLARATION, "outcome"),
        Bilingual("内部通知未发出", "Case not told yet"),
        Bilingual(
            "申报的结果未能通知案件，30秒后再发。",
            "The case could not be told what became of its declaration; it is told again after 30 s.",
        ),
    ),
    LogEvent(
        "characters_replaced",
        (WARNING,),
        GATEWAY,
        ("element", "count", "message_id", "case_no"),
        Bilingual("字符被替换", "Characters replaced"),
        Bilingual(
            "旧版本保存的文字含XML不能承载的字符，已以U+FFFD代替；只记元素名，不记文字。",
            "A text that an earlier version stored has characters that XML can't carry; they went "
            "out as U+FFFD. The element is named, never its text.",
        ),
    ),
)
