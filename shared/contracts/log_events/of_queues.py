"""Events of every service about its queues and consumers."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ALL, ERROR, INFO, WARNING, LogEvent

_TO_DEVELOPERS = Bilingual("把`traceback`交给开发人员。", "Give the `traceback` to the developers.")
QUEUES = (
    LogEvent(
        "message_given_back",
        (INFO,),
        ALL,
        ("queue", "delivery_id", "case_no", "case_id", "stage", "message_id", "declaration_id", "command_id"),
        Bilingual("消息退回队列", "Message given back"),
        Bilingual(
            "服务器久未应答，消息回到队列等待。",
            "A server has been away for long; the message waits in its queue.",
        ),
        section="fasdependencydown",
    ),
    LogEvent(
        "message_failed",
        (ERROR,),
        ALL,
        ("queue", "delivery_id", "case_no", "case_id", "stage", "message_id", "declaration_id", "command_id"),
        Bilingual("消息处理出错", "Message failed"),
        Bilingual(
            "服务处理消息时出错；消息成为死信，或由台账重发。",
            "The service failed on a message; it becomes a dead letter, or its ledger publishes it again.",
        ),
        _TO_DEVELOPERS,
        "fasdeadletters",
    ),
    LogEvent(
        "reply_not_sent",
        (WARNING,),
        ALL,
        ("error",),
        Bilingual("答复未发出", "Reply not sent"),
        Bilingual(
            "命令已执行，但答复未能送达；提交者重试时得到同样的答复。",
            "A command was done, and its answer could not be sent; who asks again gets it.",
        ),
    ),
    LogEvent(
        "other_broker_not_begun",
        (INFO,),
        ("customs_gateway",),
        ("dependency", "error"),
        Bilingual("海关消息服务器暂不能用", "Customs' broker not begun"),
        Bilingual(
            "另设的海关消息服务器尚不能消费；自动重试。",
            "Customs' own broker can't be consumed from yet; it is tried again by itself.",
        ),
        section="fasdependencydown",
    ),
    LogEvent(
        "consumer_lost",
        (WARNING,),
        ALL,
        ("queue",),
        Bilingual("失去消费进程", "Consumer lost"),
        Bilingual(
            "消息服务器结束了对队列的消费（队列被删或失去主节点）；自动恢复。",
            "The broker ended a consumer: its queue was deleted or lost its leader. It comes back by itself.",
        ),
        section="fasqueuenotconsumed",
    ),
    LogEvent(
        "consumer_back",
        (INFO,),
        ALL,
        ("queue", "duration_ms"),
        Bilingual("消费进程恢复", "Consumer back"),
        Bilingual("队列又有消费进程。", "The queue is consumed again."),
    ),
    LogEvent(
        "consumer_resting",
        (WARNING,),
        ALL,
        ("queue", "dependency"),
        Bilingual("暂停取消息", "Consumer resting"),
        Bilingual(
            "所需服务器20分钟未应答；消息在队列中等待。",
            "A server that it needs has been away for 20 minutes; the messages wait in their queue.",
        ),
        Bilingual("恢复该服务器。", "Bring the server back."),
        "fasdependencydown",
    ),
    LogEvent(
        "consumer_resumed",
        (INFO,),
        ALL,
        ("queue", "duration_ms"),
        Bilingual("继续取消息", "Consumer resumed"),
        Bilingual("服务器恢复后继续取消息。", "The server is back, and the queue is consumed again."),
    ),
    LogEvent(
        "consumers_not_seen",
        (INFO,),
        ALL,
        ("error",),
        Bilingual("未能查看消费进程", "Consumers not seen"),
        Bilingual(
            "查看消费进程时连接断开；下一次再看。",
            "The connection went while consumers were looked at; the next look sees.",
        ),
    ),
    LogEvent(
        "consumer_not_ended",
        (INFO,),
        ALL,
        ("queue", "error"),
        Bilingual("消费未能结束", "Consumer not ended"),
        Bilingual(
            "暂停时消息服务器没有应答；连接结束时自然结束。",
            "The broker did not answer at the beginning of a rest; the consumer ends with its connection.",
        ),
    ),
    LogEvent(
        "consumer_not_begun",
        (INFO,),
        ALL,
        ("queue", "error"),
        Bilingual("消费未能开始", "Consumer not begun"),
        Bilingual(
            "恢复消费失败，一秒后再试。", "The queue could not be consumed again; it is tried after a second."
        ),
    ),
    LogEvent(
        "topology_differs",
        (WARNING,),
        ALL,
        ("queue", "argument", "detail", "remedy"),
        Bilingual("队列参数不同", "Queue differs"),
        Bilingual(
            "现有队列的参数与所需不同，按现状使用。",
            "A queue is there with other arguments than we want; it is used as it is.",
        ),
        Bilingual("见operations/queues.md。", "See operations/queues.md."),
        "fasqueuenotconsumed",
    ),
    LogEvent(
        "topology_refused",
        (ERROR,),
        ALL,
        ("error",),
        Bilingual("队列无法声明", "Queue refused"),
        Bilingual(
            "队列或交换机的性质不可用，或用户无权声明。",
            "A queue or exchange has properties that we can't work with, or the user may not declare it.",
        ),
        Bilingual("见operations/queues.md。", "See operations/queues.md."),
        "fasqueuenotconsumed",
    ),
    LogEvent(
        "topology_declared_again",
        (WARNING,),
        ALL,
        ("missing",),
        Bilingual("队列已重新声明", "Queues declared again"),
        Bilingual(
            "交换机或队列缺失，已重新声明；其中的消息随之丢失，由台账和发件箱重发；海关须重发被退回的回执。",
            "Exchanges or queues were gone and were declared again. What ledgers and outboxes hold "
            "is sent again; a receipt that customs published meanwhile was returned to it.",
        ),
        Bilingual(
            "查明是谁删除的；请海关重发。",
            "Find out who deleted them; ask customs to send again what was returned.",
        ),
        "fasqueuenotconsumed",
    ),
)
