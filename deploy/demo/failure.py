"""Tells a failed play: what was expected, what came, and what the services logged."""

import re
from pathlib import Path

LINES = 8
_CAUSE = re.compile(r'^[\w.]+(Error|Exception|Exit)\b|"level": "error"')


def told(failure: Exception, logs: Path) -> str:
    """The failure as text, with the ends of the logs that it is about (`<service>.log` in `logs`) and all errors."""
    text = [f"\nFailed: {str(failure) or repr(failure)}"]
    for log in [logs / f"{name}.log" for name in getattr(failure, "about", ())]:
        text += [f"\nThe end of {log}:", *(_lines(log)[-LINES:] or ["(empty)"])]
    faults = [
        f"{log.stem}: {line}" for log in sorted(logs.glob("*.log")) for line in _lines(log) if _bad(line)
    ]
    if faults:
        text += [f"\nErrors in {logs}, the first ones:", *dict.fromkeys(faults[:LINES])]
    return "\n".join(text)


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else []


def _bad(line: str) -> bool:
    return _CAUSE.search(line) is not None
