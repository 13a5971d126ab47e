"""What is wrong with one field, said in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One red prompt beside a field (DOMAIN A5): the field's name, a code, and a sentence in Chinese and English."""

    field: str
    code: str
    message_zh: str
    message_en: str
