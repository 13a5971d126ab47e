"""What is wrong with one field, said in both languages."""

from dataclasses import dataclass

from shared.contracts.parts import PresentAnswer


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One red prompt beside a field (DOMAIN A5): the field's name, a code, and a sentence in Chinese and English."""

    field: str
    code: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Overtaken(FieldFault):
    """The same for an answer that somebody else changed meanwhile, with what it is now."""

    present: PresentAnswer
