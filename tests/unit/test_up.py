"""What `make up` starts when services are left out, to be run by hand."""

import pytest

from deploy.local.system import ALL
from deploy.local.up import CannotStart, started


def test_a_service_that_is_left_out_is_not_started() -> None:
    assert started(["questionnaire"]) == tuple(name for name in ALL if name != "questionnaire")
    assert started([]) == ALL


def test_an_unknown_service_is_named_with_those_that_there_are() -> None:
    with pytest.raises(CannotStart, match=r"WITHOUT names questionnaires, .* questionnaire, consultation"):
        started(["questionnaires"])
