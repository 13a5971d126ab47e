"""The glossary that officers read (`/help/glossary`), taken out of docs/glossary.md: its tables that have a column 含义."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
_TITLES = {
    "Who": "各方",
    "The case": "案件",
    "Stages": "阶段",
    "Statuses": "办理状态",
    "The stages' own words": "各阶段用语",
}
_FOR_BUILDERS = re.compile(r" \((?:DOMAIN|CONTRACT|MaterialsOnly)[^)]*\)")
"""What only those need who build the system."""


def glossary_terms() -> str:
    """Its sections as JSON: titles, and of each term both words and both meanings."""
    found = [
        {"title": {"zh": _TITLES[name], "en": name}, "terms": list(_terms(text))}
        for name, text in _sections()
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _sections() -> Iterator[tuple[str, str]]:
    for section in GLOSSARY.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _end, text = section.partition("\n")
        if "| 含义 |" in text:
            yield name, text


def _terms(text: str) -> Iterator[dict[str, object]]:
    rows = (line for line in text.splitlines() if line.startswith("|"))
    cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    for zh, en, _code, meaning, sense in list(cells)[2:]:
        if zh:
            yield {"zh": zh, "en": en, "meaning": {"zh": sense, "en": _FOR_BUILDERS.sub("", meaning)}}
