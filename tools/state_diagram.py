"""The stages and what moves a case, as a document, drawn from the table of rules."""

from collections import defaultdict

from shared.contracts.vocabulary import COMMANDS, Stage, Status
from shared.lifecycle.rules import ROWS, editable, refused
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.lifecycle.table import Row

_HEAD = """# What moves a case

Generated from `shared/lifecycle/rules.py` by `make docs`; not edited by hand.

"""


def states() -> str:
    """The stage diagram and, for each stage, the table of what moves it."""
    parts = [_HEAD, "## From stage to stage\n\n```mermaid\nstateDiagram-v2\n", *_between(), "```\n"]
    for stage in Stage:
        parts += _within(stage)
    return "".join(parts)


def _between() -> list[str]:
    ways: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for row in ROWS:
        target = Stage.COMPLETED if row.closes else row.subject
        way = ways[row.current_stage, target]
        if target is not row.current_stage and row.message not in COMMANDS and _name(row) not in way:
            way.append(_name(row))
    return [
        f"  {source} --> {target}: {', '.join(names)}\n" for (source, target), names in ways.items() if names
    ]


def _within(stage: Stage) -> list[str]:
    label = STAGE_LABELS[stage]
    steps: dict[tuple[str, Status], list[Status]] = defaultdict(list)
    for row in ROWS:
        if row.subject is stage and row.current_stage is stage and row.becomes is not Status.NOT_APPROVED:
            steps[_name(row), row.becomes].append(row.current_status)
    if not steps:
        return []
    lines = [f"\n## {stage} · {label.zh} · {label.en}\n\n| when | in status | it becomes |\n|---|---|---|\n"]
    for (name, becomes), statuses in steps.items():
        lines.append(f"| {name} | {', '.join(statuses)} | {becomes} {STATUS_LABELS[becomes].zh} |\n")
    edits = ", ".join(status for status in Status if editable(stage, status))
    ends = ", ".join(status for status in Status if refused(status) and any(s is status for _, s in steps))
    lines += [f"\nEditable in: {edits}.\n"] if edits else []
    return [*lines, f"\nEnds the authority's part: {ends}.\n"] if ends else lines


def _name(row: Row) -> str:
    name = row.message.value
    if row.answer:
        name += f" ({row.answer})"
    return f"{name} {row.result}" if row.result else name
