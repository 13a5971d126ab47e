"""The subject of a commit."""

from tools.commit_message import LONGEST, subject_of, too_long


def test_the_subject_is_the_first_line_that_git_keeps() -> None:
    assert subject_of("\n# a comment\nA change\n\nA body that may be longer.\n") == "A change"
    assert subject_of("# nothing\n") == ""


def test_a_subject_is_measured_in_characters() -> None:
    assert too_long(["改" * LONGEST]) == []
    assert too_long(["fits", "a" * 73]) == [f"73: {'a' * 73}"]
