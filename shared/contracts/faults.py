"""What is wrong with one field, said in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.bilingual import Bilingual
from shared.contracts.parts import PresentAnswer


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One red prompt beside a field (DOMAIN A5): the field's name, a code, and a sentence in Chinese and English."""

    field: str
    code: str
    message_zh: str
    message_en: str

    @property
    def text(self) -> Bilingual:
        """The sentence, to be said in one of the languages or whole."""
        return Bilingual(self.message_zh, self.message_en)


@dataclass(frozen=True, slots=True)
class CellFault(FieldFault):
    """The same for one cell of a table: its row as the table is shown, counted from 1, and the code of its column."""

    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Overtaken(FieldFault):
    """The same for an answer that somebody else changed meanwhile, with what it is now."""

    present: PresentAnswer


def to_be_corrected(fields: Iterable[str], more: int = 0) -> Bilingual:
    """The sentence of a refusal for several faults: it names each field once; `more` are not among them."""
    names = ", ".join(dict.fromkeys(fields))
    and_more = Bilingual(f"（另有{more}项）", f" (and {more} more)") if more else Bilingual("", "")
    return Bilingual(
        f"以下字段需要更正：{names}{and_more.zh}。", f"These fields need correction: {names}{and_more.en}."
    )
