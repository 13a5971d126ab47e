"""In what a queue that is there differs from the one that was declared, as RabbitMQ's refusal says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiormq.abc import FieldValue

NEEDED = frozenset({"durable", "exclusive", "auto_delete", "x-queue-type"})
"""What we can't do without: another of these may lose messages."""
_REFUSED = re.compile(
    r"inequivalent arg '(?P<argument>[^']+)' for queue .* but current is (?P<there>.+?)[.)\s]*$", re.DOTALL
)
_VALUE = re.compile(r"'(?P<value>.*?)'(?: of type '(?P<type>\w+)')?")
Argument = FieldValue
"""The value of a queue's argument."""
_TEXTS, _TRUTHS = ("longstr", "binary"), ("bool", "boolean")


@dataclass(frozen=True, slots=True)
class Difference:
    """An argument, and its value at the queue that is there; None where it has none."""

    argument: str
    there: Argument | None

    def said(self, wanted: object) -> str:
        """In a few words."""
        return f"{self.argument} is {_or_none(self.there)} instead of {_or_none(wanted)}"

    def taken_over(self, arguments: Mapping[str, Argument]) -> dict[str, Argument]:
        """The arguments with the value that is there."""
        others = {name: value for name, value in arguments.items() if name != self.argument}
        return others if self.there is None else {**others, self.argument: self.there}


def difference_of(refusal: str, sent: Mapping[str, Argument]) -> Difference | None:
    """What RabbitMQ's PRECONDITION_FAILED names first; None where it is something that we can't do without, or can't be read."""
    told = _REFUSED.search(refusal)
    if told is None or told["argument"] in NEEDED:
        return None
    if told["there"].startswith("none"):
        return Difference(told["argument"], None)
    value = _VALUE.search(told["there"])
    if value is None:
        return None
    return Difference(told["argument"], _typed(value["value"], value["type"], sent.get(told["argument"])))


def _typed(value: str, type_name: str | None, sent: Argument | None) -> Argument:
    """A value as its type; RabbitMQ leaves the type out where it is the one that was sent."""
    if type_name in _TRUTHS or (type_name is None and isinstance(sent, bool)):
        return value == "true"
    if type_name in _TEXTS or (type_name is None and not isinstance(sent, int)):
        return value
    return int(value)


def _or_none(value: object) -> str:
    return "none" if value is None else repr(value)
