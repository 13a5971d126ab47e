"""What the image is made of: each part with a licence, a version and a digest, and what an audit says of it."""

import json

import pytest

from tools.assets import RUN
from tools.supply import Component, completed, licences, parts, reported


def test_every_part_has_a_licence_that_needs_no_more_thought(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences() == 0
    assert len(capsys.readouterr().out.splitlines()) == len(parts())


def test_what_comes_from_npm_and_debian_stands_in_the_list_beside_the_packages() -> None:
    found = parts()
    pinned = next(part for part in found if part.name == "aio-pika")
    listed = {"components": [{"purl": pinned.purl}, {"purl": "pkg:pypi/colorama@0.4.6"}]}

    components = {each["purl"]: each for each in completed(listed, found)["components"]}

    assert components.keys() == {part.purl for part in found}
    assert all(each["licenses"][0]["license"]["name"] for each in components.values())
    digests = {each["hashes"][0]["content"] for each in components.values() if "hashes" in each}
    assert digests == {digest for _, _, digest in RUN.values()}
    assert Component("npm", "@a/b", "1", "MIT").purl == "pkg:npm/%40a/b@1"


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 of 1 packages compared, 0 known faults"),
        (
            [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}],
            1,
            "a 1: CVE-1, mended in 2",
        ),
        ([{"name": "a", "skip_reason": "no answer"}], 2, "can't be reached for 1, a first: no answer"),
        (None, 2, "Nothing was compared: the list of known faults can't be reached. refused"),
    ],
)
def test_an_audit_says_what_was_compared_and_what_was_not(
    answer: object, status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "" if answer is None else json.dumps({"dependencies": answer})

    assert reported(text, "refused") == status

    said = capsys.readouterr()
    assert told in said.out + said.err
