"""Puts a questionnaire's word for its product where the author wrote {product}. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_PLACEHOLDER = "{product}"
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")
_ONE_CHINESE = re.compile(f"[{_CHINESE}]")


class ProductWords(NamedTuple):
    """The word for the product in both languages."""

    zh: str
    en: str


def filled(raw: Mapping[str, object], product: ProductWords) -> dict[str, object]:
    """The values with the product's word, in the language of their key, and with Chinese lines joined."""
    return {
        key: _with_word(each, product.zh if str(key).endswith("zh") else product.en, product)
        for key, each in raw.items()
    }


def is_chinese(character: str) -> bool:
    """Whether a line break between this character and another such one leaves no space."""
    return _ONE_CHINESE.fullmatch(character) is not None


def _with_word(value: object, word: str, product: ProductWords) -> object:
    if isinstance(value, dict):
        return filled(value, product)
    if isinstance(value, list):
        return [_with_word(each, word, product) for each in value]
    if isinstance(value, str):
        return _BREAK_IN_CHINESE.sub("", value.replace(_PLACEHOLDER, word))
    return value
