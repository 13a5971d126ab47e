"""`python -m tests.browser.pictures`: the README's pictures, out of what the browser tests last saw (build/screens)."""

import sys

from PIL import Image

from tests.browser.looking import ROOT, SCREENS

TARGET = ROOT / "docs/pictures"
SHOWN = {
    "questionnaire": "questionnaire-supplement",
    "consultation": "protocol_consultation-2",
    "operator": "ops-overview",
}
WIDTH, HEIGHT = 1000, 820
COLOURS = 200


def main() -> int:
    """Cut the beginning of each page, make it small, and write it in both languages."""
    TARGET.mkdir(exist_ok=True)
    for name, screen in SHOWN.items():
        for lang in ("zh", "en"):
            with Image.open(SCREENS / lang / f"{screen}.png") as seen:
                height = round(seen.height * WIDTH / seen.width)
                small = seen.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
            cut = small.crop((0, 0, WIDTH, min(HEIGHT, height)))
            cut.quantize(COLOURS).save(TARGET / f"{name}.{lang}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
