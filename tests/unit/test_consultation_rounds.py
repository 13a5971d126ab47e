"""The history of a consultation: numbered, by side, and compared."""

from services.portal.pages.consultation.rounds import compared, latest, of_side, with_numbers
from shared.contracts.documents.cases import HistoryEntry
from shared.contracts.vocabulary import Party


def entry(party: str, **texts: str) -> HistoryEntry:
    return HistoryEntry({"party": party, "text_zh": "", "text_en": "", "text_other": "", **texts})


HISTORY = [
    entry("foreign", text_en="two"),
    entry("china", text_zh="第二稿"),
    entry("china", text_zh="第一稿"),
]


def test_the_newest_comes_first_and_the_oldest_is_number_one() -> None:
    assert [each.number for each in with_numbers(HISTORY)] == [3, 2, 1]


def test_a_side_has_its_own_contributions_and_its_last_word() -> None:
    entries = with_numbers(HISTORY)

    assert [each.number for each in of_side(entries, Party.CHINA)] == [2, 1]
    assert (latest(entries, Party.CHINA) or HISTORY[0]).text_zh == "第二稿"
    assert latest([], Party.FOREIGN) is None


def test_chinese_is_compared_by_character_and_english_by_word() -> None:
    before = entry(
        "china", text_zh="水产品应当来自注册企业。", text_en="Products come from registered plants."
    )
    after = entry("china", text_zh="水产品必须来自注册的企业。", text_en="Products must come from plants.")
    found = compared(before, after)

    assert set(found) == {"text_zh", "text_en"}
    for name in found:
        assert "".join(each["text"] for each in found[name] if each["op"] != "insert") == getattr(
            before, name
        )
        assert "".join(each["text"] for each in found[name] if each["op"] != "delete") == getattr(after, name)
    assert {"op": "insert", "text": "的"} in found["text_zh"]
    assert any(each["op"] == "equal" and "来自注册" in each["text"] for each in found["text_zh"])
    assert not any(
        each["op"] == "insert" and each["text"].strip() in ("m", "us") for each in found["text_en"]
    )


def test_what_is_markup_in_a_text_stays_a_text() -> None:
    found = compared(entry("china", text_en="<b>"), entry("china", text_en="<b>x"))

    assert "".join(each["text"] for each in found["text_en"]) == "<b>x"
