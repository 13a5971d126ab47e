"""The events by name. `tests/architecture/test_log_events.py` holds the calls in the code against it."""

from shared.contracts.log_events import of_cases, of_customs, of_ledgers, of_portal, of_processes, of_queues
from shared.contracts.log_events.event import LogEvent

GROUPS: dict[tuple[str, str], tuple[LogEvent, ...]] = {
    ("海关的回执", "Customs' receipts"): of_customs.RECEIPTS,
    ("发往海关的申报", "Declarations to customs"): of_customs.DECLARATIONS,
    ("死信", "Dead letters"): of_ledgers.DEAD_LETTERS,
    ("台账的处理", "Work on the ledgers"): of_ledgers.WORK,
    ("案件", "Cases"): of_cases.CASES,
    ("登录与权限", "Who signs in, and may do what"): of_portal.PEOPLE,
    ("请求与页面", "Requests and pages"): of_portal.ANSWERS,
    ("通知邮件", "News by e-mail"): of_portal.MAILS,
    ("打印与工作簿", "Paper and workbooks"): of_portal.FILES,
    ("服务的起止", "The life of a service"): of_processes.LIFE,
    ("服务器与发件箱", "Servers and outbox"): of_processes.SERVERS,
    ("队列与消费进程", "Queues and consumers"): of_queues.QUEUES,
}
"""The events in the order of the generated page, by what they are about (Chinese, English)."""
LOG_EVENTS = {event.name: event for events in GROUPS.values() for event in events}
"""Every event that may be logged, by its name."""
