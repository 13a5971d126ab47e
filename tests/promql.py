"""What expressions of PromQL name, held against the metrics that there are; and the program that tries them."""

import re
import shutil

from shared.runtime import metrics
from shared.runtime.metered import DECLARED

promtool = shutil.which("promtool") or ""
"""Of the system's package prometheus (`make prometheus`); '' where it is not there."""
metrics.expose  # noqa: B018 - imported, so that they are declared


def unknown_in(expression: str) -> set[str]:
    """What an expression names that no metric has."""
    known = {name: each for each in DECLARED for name in names_of(each.name, each.kind)}
    found = set()
    for name, matched in re.findall(r"\b(fas_\w+)(?:\{([^}]*)\})?", expression):
        if name not in known:
            found.add(name)
            continue
        allowed = {*known[name].labels, "le", "instance"}
        found |= {
            f"{name}{{{label}}}"
            for label in re.findall(r"(\w+)\s*[!=]=?~?\"", matched)
            if label not in allowed
        }
    return found


def names_of(name: str, kind: str) -> tuple[str, ...]:
    """The names of a metric's samples."""
    return (f"{name}_bucket", f"{name}_count", f"{name}_sum") if kind == "histogram" else (name,)
