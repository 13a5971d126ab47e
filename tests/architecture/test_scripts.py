"""The pages' scripts: what the formatter leaves to whoever writes them."""

from services.portal.pages.assets import STATIC

LONGEST = 120
SCRIPTS = {path.name: path.read_text() for path in sorted(STATIC.glob("*.js"))}


def test_every_script_is_checked_for_types_in_editors_too() -> None:
    assert [name for name, script in SCRIPTS.items() if not script.startswith("// @ts-check\n")] == []


def test_no_line_of_a_script_is_too_long_to_read() -> None:
    long = [
        f"{name}:{number}"
        for name, script in SCRIPTS.items()
        for number, line in enumerate(script.splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []
