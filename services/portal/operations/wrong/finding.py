"""Something that is wrong, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.bilingual import Bilingual

RUNBOOK = "docs/operations/runbook.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one `area` (`database`, `queues`, …) and what to do; `section` is the anchor of the runbook."""

    area: str
    what: Bilingual
    remedy: Bilingual
    section: str
    follows: tuple[str, ...] = ()
    """The areas of which this is a consequence: where one of them has a finding of its own, this one says nothing new."""

    def __str__(self) -> str:
        """In one line, in both languages."""
        said = f"{self.what.zh}{self.remedy.zh} {self.what.en} {self.remedy.en}"
        return f"{self.area}: {' '.join(said.split())} ({RUNBOOK}#{self.section})"


def causes(found: Sequence[Finding]) -> list[Finding]:
    """The findings that do not follow from another."""
    areas = {each.area for each in found}
    return [each for each in found if areas.isdisjoint(each.follows)]


def away(area: str, name: Bilingual, setting: str, why: str, section: str) -> Finding:
    """A server that does not answer."""
    why = (why.partition(" does not answer: ")[2] or why).rstrip(".")
    return Finding(
        area, Bilingual(f"{name.zh}无应答（{why}）。", f"{name.en} does not answer ({why})."),
        Bilingual(f"恢复它，或更正{setting}。", f"Bring it back, or put {setting} right."), section,
    )  # fmt: skip
