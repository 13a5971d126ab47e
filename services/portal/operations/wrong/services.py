"""Services that give no sign of life, and what those that do can't reach."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual
from shared.contracts.topology import SERVICES
from shared.runtime.heartbeat import SECONDS, Presence

SILENT = timedelta(seconds=4 * SECONDS)
"""No sign of life for so long is told as a fault."""


def examine_services(presences: Sequence[Presence], at: datetime) -> Iterator[Finding]:
    """A finding for each service without a process that gave a sign of life lately, and for each thing that fails."""
    alive = [each for each in presences if at - each.at <= SILENT]
    for service in (each for each in SERVICES if each not in {one.service for one in alive}):
        what = Bilingual(f"服务{service}没有运行迹象。", f"The service {service} gives no sign of life.")
        yield Finding(
            "services",
            what,
            Bilingual("启动它，或看它的日志。", "Start it, or read its log."),
            "fasservicedown",
        )
    failing: dict[tuple[str, str], list[str]] = {}
    for each in alive:
        for name, said in each.failing.items():
            failing.setdefault((name, said.rstrip(".")), []).append(each.service)
    for (name, why), services in failing.items():
        yield _unreachable(name, why, ", ".join(dict.fromkeys(services)))


def _unreachable(name: str, why: str, services: str) -> Finding:
    what = Bilingual(f"{services}：{name}（{why}）。", f"{services} can't use {name}: {why}.")
    remedy = Bilingual("恢复它；服务随后自动继续。", "Bring it back; the services then go on by themselves.")
    follows = (name, "broker") if name == "consumers" else (name,)
    return Finding("services", what, remedy, "fasdependencydown", follows)
