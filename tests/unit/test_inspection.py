"""What may be kept: a table of files that officers send and of files that nobody should (DOMAIN 1.8, FAULTS F22)."""

import pytest

from services.documents.inspection import NAME_BYTES, inspect, safe_name
from shared.runtime.errors import Refuse
from tests.corpus import EMPTY, MISMATCH, OK, TYPE, Row, rows

ROWS = rows()
STATUS = {TYPE: 415, MISMATCH: 422, EMPTY: 422}


@pytest.mark.parametrize("row", ROWS, ids=[row.about for row in ROWS])
def test_a_file_is_kept_or_refused_with_its_code_in_both_languages(row: Row) -> None:
    if row.code == OK:
        assert inspect(safe_name(row.name), row.data) in {
            "image/jpeg",
            "image/png",
            "image/gif",
            "application/pdf",
        }
        return

    with pytest.raises(Refuse) as refused:
        inspect(safe_name(row.name), row.data)

    assert (refused.value.code, refused.value.status) == (row.code, STATUS[row.code])
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.detail)
    assert "." in refused.value.detail


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("申请书 1.pdf", "申请书 1.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\seal.png", "seal.png"),
        ("a\x00b\r\nSet-Cookie: x=1.pdf", "abSet-Cookie_ x=1.pdf"),
        ('say "hi".pdf', "say _hi_.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("seal 🦐.png", "seal 🦐.png"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar.pdf", "_lpt1.tar.pdf"),
        ("contract.pdf", "contract.pdf"),
        ("a.exe:x.pdf", "a.exe_x.pdf"),
        (" . x.pdf. ", "x.pdf"),
        ("....", "file"),
        ("", "file"),
        ("\u200d\u200d", "file"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("\ud800.pdf", "pdf"),
        ("a\ufffe\uffffb.pdf", "ab.pdf"),
    ],
)
def test_a_name_is_kept_as_every_system_takes_it(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("character", ["x", "é", "长", "🦐"])
def test_a_long_name_is_cut_to_its_bytes_and_keeps_its_ending(character: str) -> None:
    cut = safe_name(character * 300 + ".pdf")

    assert NAME_BYTES - 3 <= len(cut.encode()) <= NAME_BYTES
    assert cut.endswith(f"{character}.pdf")
