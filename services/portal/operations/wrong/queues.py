"""What the numbers of a queue say: whether it is there, who reads it, how much waits."""

from collections.abc import Iterator

from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual
from shared.contracts.topology import READ_BY_CUSTOMS
from shared.runtime.queue_stats import QueueStats

WAITING, UNREAD = 1000, 500
"""More messages than these in a queue of ours, or in one that customs reads, are told."""
PREPARE = Bilingual("执行`fas prepare`。", "Run `fas prepare`.")
_OF_ONE_SERVICE = (".facts", ".commands", ".settled", ".submissions")


def missing(what: str) -> Finding:
    """A queue, an exchange or a binding that is not there, as it is called (`queue intake.facts`)."""
    said = Bilingual(f"{what}不存在。", f"The {what} is not there.")
    return Finding("queues", said, PREPARE, "fasqueuenotconsumed")


def examine_queue(queue: QueueStats) -> Iterator[Finding]:
    """What is wrong with a queue."""
    if not queue.there:
        yield missing(f"queue {queue.name}")
    elif queue.name in READ_BY_CUSTOMS:
        yield from _unread_by_customs(queue)
    else:
        yield from _read_by_us(queue)


def _unread_by_customs(queue: QueueStats) -> Iterator[Finding]:
    if queue.messages > UNREAD:
        what = Bilingual(
            f"{queue.name}中有{queue.messages}条消息海关未取。",
            f"{queue.messages} messages wait for customs in {queue.name}.",
        )
        remedy = Bilingual("请海关取走。", "Ask customs to read them.")
        yield Finding("queues", what, remedy, "fascustomsnotreading")


def _read_by_us(queue: QueueStats) -> Iterator[Finding]:
    service = queue.name.partition(".")[0] if queue.name.endswith(_OF_ONE_SERVICE) else "customs_gateway"
    if queue.consumers == 0:
        what = Bilingual(f"队列{queue.name}没有服务在读取。", f"Nobody reads the queue {queue.name}.")
        remedy = Bilingual(
            f"启动服务{service}，或看它的日志。", f"Start the service {service}, or read its log."
        )
        yield Finding("consumers", what, remedy, "fasqueuenotconsumed")
    if queue.messages > WAITING:
        what = Bilingual(
            f"队列{queue.name}积压{queue.messages}条消息。",
            f"{queue.messages} messages wait in {queue.name}.",
        )
        remedy = Bilingual(
            f"增加{service}的进程，或看它在等什么。", f"Start more of {service}, or see what it waits for."
        )
        yield Finding("queues", what, remedy, "fasqueuebacklog")
