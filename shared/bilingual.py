"""A text in both languages. Everything that is said to officers and operators from code is one of these (DOMAIN 1.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and English; where it is given whole, as in `detail` of an error, Chinese stands first."""

    zh: str
    en: str

    def __str__(self) -> str:
        """«中文。 English.»; a text that is the same in both languages stands once."""
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"

    def format(self, **values: object) -> Self:
        """Both halves with their `{names}` filled in."""
        return type(self)(self.zh.format(**values), self.en.format(**values))


def sentences(texts: Iterable[Bilingual]) -> Bilingual:
    """Several sentences as one text."""
    found = list(texts)
    return Bilingual("".join(each.zh for each in found), " ".join(each.en for each in found))
