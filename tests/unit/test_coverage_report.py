"""What is printed of the measured coverage."""

from tools.coverage_report import LEAST_COVERED, lines


def summary(percent: float, missing: int, of: int) -> dict[str, float]:
    return {"percent_covered": percent, "missing_lines": missing, "num_statements": of}


def test_the_total_comes_first_then_the_least_covered_files() -> None:
    files = {f"{number}.py": {"summary": summary(number, 100 - number, 100)} for number in range(90, 70, -1)}
    found = lines({"totals": summary(81.25, 3, 16), "files": files})

    assert found[0] == " 81.2 %  All of the product (3 of 16 statements not run)"
    assert found[1] == " 71.0 %  71.py (29 of 100 statements not run)"
    assert len(found) == 1 + LEAST_COVERED
