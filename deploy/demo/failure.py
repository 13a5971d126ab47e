"""Tells a failed play: what was expected, what came, and what the services concerned logged last."""

from pathlib import Path

LINES = 8


def told(failure: Exception, logs: Path) -> str:
    """The failure as text, with the ends of the logs (`<service>.log` in `logs`)."""
    text = [f"\nFailed: {str(failure) or repr(failure)}"]
    for log in [logs / f"{name}.log" for name in getattr(failure, "about", ())]:
        text += [f"\nThe end of {log}:", *(_lines(log)[-LINES:] or ["(empty)"])]
    faults = [
        f"{log.stem}: {line}" for log in sorted(logs.glob("*.log")) for line in _lines(log) if _bad(line)
    ]
    if faults:
        text += ["\nErrors that were logged:", *faults[-LINES:]]
    return "\n".join(text)


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else []


def _bad(line: str) -> bool:
    return '"level": "error"' in line or line.startswith("Traceback")
