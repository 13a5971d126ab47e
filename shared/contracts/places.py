"""Countries and regions as customs names them, by the two letters of ISO 3166 (places.csv); China itself is none of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

from shared.contracts.faults import FieldFault

NEAREST = 3
"""How many places a refusal names at most."""
_UNKNOWN = (
    "海关的国家（地区）代码表（ISO 3166两位大写字母）中没有“{}”。",
    "Customs' list of countries and regions (two capital letters of ISO 3166) has no «{}».",
)
_CHINA_ITSELF = (
    "“{}”是中国，不是境外国家（地区）。",
    "«{}» is China, which is no overseas country or region.",
)


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region; `alpha3` is its code in three letters, which is only understood to find it."""

    code: str
    alpha3: str
    zh: str
    en: str

    @property
    def label(self) -> str:
        """As the manual's figures show it: «阿鲁巴-Aruba»."""
        return f"{self.zh}-{self.en}"


def _read() -> Iterator[Country]:
    text = files("shared.contracts").joinpath("places.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        yield Country(row["alpha2"], row["alpha3"], row["zh"], row["en"])


PLACES = {place.code: place for place in _read()}
_INSTEAD = {
    "CN": ("HK", "MO", "TW"), "CHN": ("HK", "MO", "TW"),
    "UK": ("GB",), "EL": ("GR",), "AC": ("SH",), "TA": ("SH",), "CP": ("FR",), "DG": ("IO",), "EA": ("ES",), "IC": ("ES",),
    "AN": ("CW", "SX", "BQ"), "BU": ("MM",), "CS": ("RS", "ME"), "SU": ("RU",), "TP": ("TL",), "YU": ("RS", "ME"), "ZR": ("CD",),
}  # fmt: skip
"""Codes that are none of a place here: China's, those that ISO 3166 reserves or has withdrawn; and what may be meant."""


def place_label(code: str) -> str:
    """«阿鲁巴-Aruba»; the code alone where customs' list has none, as an authority from before may have."""
    return PLACES[code].label if code in PLACES else code


def nearest_places(typed: str) -> tuple[Country, ...]:
    """What somebody may have meant who typed no code of the list: by letters, or by a name in Chinese or English."""
    sought = typed.strip()
    code = sought.upper()
    if code in PLACES:
        return (PLACES[code],)
    if code in _INSTEAD:
        return _chosen(_INSTEAD[code])
    if len(code) == 2 and code.isascii():
        return _chosen(sorted(PLACES, key=lambda each: _distance(code, each)))
    meant = _meant(code, sought.casefold())
    return _chosen(meant or _by_name(sought.casefold()))


def place_faults(field: str, typed: str) -> Iterator[FieldFault]:
    """What is wrong with a code; the nearest ones are named, in both languages."""
    if typed in PLACES:
        return
    if not typed:
        yield FieldFault(
            field,
            "required",
            "国家（地区）为必填项。",
            "The country or region is required, such as AW (Aruba).",
        )
        return
    zh, en = _CHINA_ITSELF if typed.strip().upper() in ("CN", "CHN") else _UNKNOWN
    if near := nearest_places(typed):
        zh += f"相近的有：{'、'.join(f'{each.code}（{each.zh}）' for each in near)}。"
        en += f" Near it: {'; '.join(f'{each.code} ({each.en})' for each in near)}."
    yield FieldFault(field, "unknown", zh.replace("{}", typed[:40]), en.replace("{}", typed[:40]))


def _chosen(codes: Iterable[str]) -> tuple[Country, ...]:
    return tuple(PLACES[code] for code in list(dict.fromkeys(codes))[:NEAREST])


def _distance(typed: str, code: str) -> tuple[int, int]:
    """Swapped letters are nearest, then another second letter, then another first one, each by how far it is in the alphabet."""
    first, second = (abs(ord(one) - ord(other)) for one, other in zip(typed, code, strict=True))
    if typed == code[::-1]:
        return 0, 0
    kind = 1 if first == 0 else 2 if second == 0 else 3
    return kind, first + second


def _meant(code: str, name: str) -> list[str]:
    """Of which place this is the code in three letters, or the name as it is written."""
    known = [(each.code, {each.alpha3, each.zh, each.en.casefold()}) for each in PLACES.values()]
    return [place for place, words in known if code in words or name in words]


def _by_name(sought: str) -> list[str]:
    """By a part of a name first, then by names that look like it."""
    if len(sought) < 2:
        return []
    names = {name.casefold(): place.code for place in PLACES.values() for name in (place.zh, place.en)}
    parts = sorted((name for name in names if sought in name or name in sought), key=len)
    return [names[name] for name in [*parts, *get_close_matches(sought, names, n=NEAREST, cutoff=0.6)]]
