"""What a setting is for, in both languages, as the generated page shows it (docs/settings.md)."""

from dataclasses import dataclass

from shared.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Told:
    """What a setting is for, and what a number counts."""

    zh: str
    en: str
    unit: Bilingual | None = None


SECONDS = Bilingual("秒", "seconds")
HOURS = Bilingual("小时", "hours")
MESSAGES = Bilingual("条消息", "messages")
CONNECTIONS = Bilingual("个连接", "connections")
PROCESSES = Bilingual("个进程", "processes")
