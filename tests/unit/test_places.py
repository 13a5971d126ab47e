"""Countries and regions are those of customs; a wrong code is refused with the nearest right ones, in both languages."""

import pytest

from services.portal.identity.account_checks import authority_faults
from shared.contracts.places import PLACES, nearest_places, place_label

ISO_3166_BUT_CHINA = 248
NOBODYS = ("CN", "QO", "XK", "EA", "IC", "AC", "CP", "DG", "TA", "EU", "UN", "EZ", "XA", "XB", "ZZ", "aw", "")


def _told(country: str) -> list[str]:
    faults = authority_faults("AW-01", country)
    return [text for each in faults if each.field == "country" for text in (each.message_zh, each.message_en)]


def test_the_list_has_every_place_of_iso_3166_but_china_once() -> None:
    assert len(PLACES) == ISO_3166_BUT_CHINA
    for part in ("code", "alpha3", "zh", "en"):
        assert len({getattr(each, part) for each in PLACES.values()}) == ISO_3166_BUT_CHINA
    assert all(len(code) == 2 and code.isupper() for code in PLACES)
    assert all(len(each.alpha3) == 3 and each.alpha3.isupper() for each in PLACES.values())


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AW", "阿鲁巴-Aruba"), ("US", "美国-United States"), ("TW", "中国台湾-Taiwan, China"),
        ("HK", "中国香港-Hong Kong, China"), ("MO", "中国澳门-Macao, China"),
        ("FK", "马尔维纳斯群岛（福克兰群岛）-Malvinas Islands (Falkland Islands)"), ("XK", "XK"),
    ],
)  # fmt: skip
def test_a_place_is_called_as_customs_calls_it(code: str, label: str) -> None:
    assert place_label(code) == label
    assert _told(code) == [] or code == "XK"


@pytest.mark.parametrize("code", NOBODYS)
def test_what_is_no_overseas_country_or_region_is_refused(code: str) -> None:
    assert len(_told(code)) == 2


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("aw", ["AW"]), ("WA", ["AW", "WF", "WS"]), ("ABW", ["AW"]), ("Aruba", ["AW"]), ("阿鲁巴", ["AW"]), ("UK", ["GB"]),
        ("EA", ["ES"]), ("CN", ["HK", "MO", "TW"]), ("CHN", ["HK", "MO", "TW"]), ("台湾", ["TW"]),
        ("falkland", ["FK", "FI", "NF"]), ("新西蘭", ["NZ"]), ("New Zeland", ["NZ", "CH", "NL"]), ("QO", ["QA", "RO", "SO"]),
        ("XYZ", []),
    ],
)  # fmt: skip
def test_the_nearest_right_ones_are_named_in_both_languages(typed: str, near: list[str]) -> None:
    assert [each.code for each in nearest_places(typed)] == near
    zh, en = _told(typed)
    for place in nearest_places(typed):
        assert f"{place.code}（{place.zh}）" in zh
        assert f"{place.code} ({place.en})" in en
    assert "CN" not in typed or "是中国" in zh
