"""`python -m tests.browser.pictures`: the pictures of README and of the manual, out of what the browser tests last saw.

The tests keep what they see in build/screens where they run with all (`make test-all`).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from services.portal.pages.help.topics import PICTURES
from tests.browser.looking import ROOT, SCREENS

README = ROOT / "docs/pictures"
MANUAL = ROOT / "services/portal/static/help"
SHOWN = {
    "questionnaire": "questionnaire-supplement",
    "consultation": "protocol_consultation-2",
    "operator": "ops-overview",
}
WIDTH, HEIGHT = 1000, 820
COLOURS = 200
IN_THE_MANUAL = 64
"""Colours: a page of the manual is sent over bad lines, too."""


def main() -> int:
    """Cut the beginning of each page, make it small, and write it in both languages."""
    for source, target, colours in _wanted():
        target.parent.mkdir(exist_ok=True)
        with Image.open(source) as seen:
            height = round(seen.height * WIDTH / seen.width)
            small = seen.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
        cut = small.crop((0, 0, WIDTH, min(HEIGHT, height)))
        # Median cut would give up the green and the yellow of a status, which are few on a page.
        cut.quantize(colours, method=Image.Quantize.FASTOCTREE).save(target, optimize=True)
    return 0


def _wanted() -> Iterator[tuple[Path, Path, int]]:
    for lang in ("zh", "en"):
        for name, screen in SHOWN.items():
            yield SCREENS / lang / f"{screen}.png", README / f"{name}.{lang}.png", COLOURS
        for topic, (screen, _caption) in PICTURES.items():
            yield SCREENS / lang / f"{screen}.png", MANUAL / f"{topic}.{lang}.png", IN_THE_MANUAL


if __name__ == "__main__":
    sys.exit(main())
