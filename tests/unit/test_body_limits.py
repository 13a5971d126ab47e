"""How long a body may be, by route: what a page promises goes through."""

import pytest

from services.portal.http.limits import most_bytes

MIB = 2**20


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/cases/X/certificate_consultation/signatories", 10 * MIB), ("/cases/X/application/attachments", 4 * MIB),
        ("/cases/X/questionnaire/workbook", 4 * MIB), ("/api/v1/attachments", 4 * MIB),
    ],
)  # fmt: skip
def test_files_that_a_page_asks_for_are_not_too_long(path: str, least: int) -> None:
    assert most_bytes(path) > least
