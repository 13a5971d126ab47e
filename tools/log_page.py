"""The events of the logs as a page in either language, written from `shared/contracts/log_events/`."""

from collections.abc import Iterable, Iterator

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ALL, NOTHING, ON_ANY_LINE, ON_EVERY_LINE, LogEvent
from shared.contracts.log_events.fields import FIELDS
from shared.contracts.log_events.table import GROUPS
from shared.contracts.topology import STAGE_SERVICES

_RUNBOOK = Bilingual("operations/runbook.zh-CN.md", "operations/runbook.md")
_TITLE = Bilingual("日志", "Logs")
_HEAD = Bilingual(
    """由`shared/contracts/log_events/`经`make docs`生成，请勿手工修改。[English](logs.md)

每行一个JSON对象，写到标准输出（[契约第5节](contract.md)，`FAS_LOG_FORMAT=json`）。读日志的人按`event`告警，按`correlation_id`跟踪一条报文。日志中没有口令、
令牌、附件内容、联系人的姓名、电话或邮箱；用户名（`user`）和登录来源地址（`address`）为安全审计而记录。

`fas logs --case 案件编号 文件…`（或经标准输入）把一个案件的经过按时间列出；`fas doctor`说明当前哪里有问题。
""",
    """Generated from `shared/contracts/log_events/` by `make docs`; not edited by hand. [中文](logs.zh-CN.md)

One JSON object a line on standard output ([contract, section 5](contract.md); `FAS_LOG_FORMAT=json`). Alert on `event`, follow
one message by its `correlation_id`. No line holds a password, a token, what a file holds, or the name, telephone number or e-mail
address of a contact; the username (`user`) and the address of who signs in (`address`) are there for the security audit.

`fas logs --case NO FILE…` (or from standard input) tells one case's story in the order of time; `fas doctor` says what is wrong
now.
""",
)
_COLUMNS = Bilingual(
    "| 事件 | 级别 | 服务 | 字段 | 含义 | 处理 |",
    "| event | level | service | fields | what it means | what to do |",
)
_FIELD_HEAD = Bilingual(
    "## 字段\n\n| 字段 | 含义 |\n|---|---|", "## Fields\n\n| field | what it says |\n|---|---|"
)
_ALWAYS = Bilingual(
    "每行都有：{every}。已知时还有：{any}。", "Every line has {every}; any line may have {any} where it is known."
)  # fmt: skip
_SERVICES = {ALL: Bilingual("全部", "every"), STAGE_SERVICES: Bilingual("各阶段服务", "services of stages")}
_SEE = Bilingual("[手册]", "[runbook]")


def log_page(language: str) -> str:
    """docs/logs.md (`en`) or docs/logs.zh-CN.md (`zh`)."""
    return "\n".join(_lines(language)) + "\n"


def _lines(language: str) -> Iterator[str]:
    def said(text: Bilingual) -> str:
        return str(getattr(text, language))

    yield f"# {said(_TITLE)}\n"
    yield said(_HEAD)
    yield said(_ALWAYS.format(every=_codes(ON_EVERY_LINE), any=_codes(ON_ANY_LINE)))
    for (zh, en), events in GROUPS.items():
        yield f"\n## {said(Bilingual(zh, en))}\n\n{said(_COLUMNS)}\n|---|---|---|---|---|---|"
        yield from (_row(event, said(event.means), _remedy(event, language), language) for event in events)
    yield f"\n{said(_FIELD_HEAD)}"
    yield from (f"| `{name}` | {said(text)} |" for name, text in FIELDS.items())


def _row(event: LogEvent, means: str, remedy: str, language: str) -> str:
    by = getattr(_SERVICES[event.by], language) if event.by in _SERVICES else ", ".join(event.by)
    cells = (f"`{event.name}`", ", ".join(event.levels), by, _codes(event.fields) or "–", means, remedy)
    return f"| {' | '.join(cells)} |"


def _remedy(event: LogEvent, language: str) -> str:
    said = str(getattr(event.remedy, language))
    if not event.section:
        return said
    link = f"{getattr(_SEE, language)}({getattr(_RUNBOOK, language)}#{event.section})"
    return link if event.remedy is NOTHING else f"{said} {link}"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
