"""Events of the ledgers: dead letters, and work that waits (the gateway's messages, the portal's e-mails)."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ERROR, GATEWAY, INFO, PORTAL, LogEvent

_LETTER = ("queue", "message_id", "case_no")
DEAD_LETTERS = (
    LogEvent(
        "message_dead",
        (INFO, ERROR),
        GATEWAY,
        (*_LETTER, "case_id", "stage", "declaration_id", "command_id", "reason"),
        Bilingual("死信", "Message dead"),
        Bilingual(
            "某服务处理该消息失败；已存为死信，或由台账计数并重发。过期的命令只记info。",
            "A service failed on the message; it is kept as a dead letter, or its ledger counts it "
            "and publishes it again. A command that expired is only information.",
        ),
        Bilingual("`fas dead list`；见运行手册。", "`fas dead list`, and the runbook."),
        "fasdeadletters",
    ),
    LogEvent(
        "dead_letter_replayed",
        (INFO,),
        GATEWAY,
        (*_LETTER, "outcome"),
        Bilingual("死信已放回", "Dead letter put back"),
        Bilingual(
            "死信已回到原队列（`outcome`为replayed），或原队列不收（open）。",
            "It went back into its queue (`outcome` replayed), or the queue did not take it (open).",
        ),
    ),
    LogEvent(
        "dead_letter_not_kept",
        (ERROR,),
        GATEWAY,
        (),
        Bilingual("死信未能保存", "Dead letter not kept"),
        Bilingual(
            "死信处理本身出错；消息仍在fas.dead中，会再试。",
            "Keeping a dead letter failed; the message stays in `fas.dead` and is tried again.",
        ),
        Bilingual("把`traceback`交给开发人员。", "Give the `traceback` to the developers."),
        "fasdeadletters",
    ),
)
WORK = (
    LogEvent(
        "work_put_off",
        (INFO,),
        (*GATEWAY, *PORTAL),
        ("dependency", "error"),
        Bilingual("工作延后", "Work put off"),
        Bilingual(
            "某服务器不可用，台账条目稍后再处理。",
            "A server is away; the entry of a ledger is worked on later.",
        ),
        section="fasdependencydown",
    ),
    LogEvent(
        "work_failed",
        (ERROR,),
        (*GATEWAY, *PORTAL),
        ("entry", "error"),
        Bilingual("台账处理出错", "Work failed"),
        Bilingual(
            "本系统的缺陷：台账条目处理失败，稍后再试。",
            "A fault of ours: work on an entry failed; it is tried again.",
        ),
        Bilingual("把`traceback`交给开发人员。", "Give the `traceback` to the developers."),
        "fasreceiptsstuck",
    ),
)
