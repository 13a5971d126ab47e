"""What the API says of an answer that is none: the place in it, and how it is written instead (CONTRACT 3)."""

import pytest
from pydantic import ValidationError

from services.portal.api.bodies import AnswerBody

WORDS = "a cell is a string"


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        (7, "单元格应为文字，如“7”", f'{WORDS}, such as "7"'),
        (0.00005, "单元格应为文字，如“0.00005”", f'{WORDS}, such as "0.00005"'),
        (True, "单元格应为文字", WORDS),
        (None, "单元格应为文字", WORDS),
        ({"deep": "er"}, "单元格应为文字", WORDS),
        (float("nan"), "单元格应为文字", WORDS),
    ],
)
def test_a_cell_that_is_no_string_is_refused_with_its_row_and_column(cell: object, zh: str, en: str) -> None:
    rows = [{"item": "pesticides", "tested": "12"}, {"item": "salmonella", "tested": cell}]

    with pytest.raises(ValidationError) as refused:
        AnswerBody.model_validate({"value": rows})

    (fault,) = refused.value.errors()
    assert fault["loc"] == ("value",)
    assert fault["msg"] == f"row 2, “tested”: {en}"
    assert fault["ctx"]["zh"] == f"第2行“tested”：{zh}"


def test_a_table_of_strings_is_taken_as_it_is() -> None:
    rows = [{"item": "pesticides", "tested": "12"}]

    assert AnswerBody(value=rows).answer().value == ({"item": "pesticides", "tested": "12"},)
