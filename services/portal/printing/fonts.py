"""Where the fonts for printing are: open fonts (OFL) of the system's packages, each found by the name of one file."""

from collections.abc import Sequence
from pathlib import Path

PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
NEEDED = {"NotoSansCJK-Regular.*": "fonts-noto-cjk", "NotoSans-Regular.ttf": "fonts-noto-core"}
"""A file of each package, and the package of Debian and Ubuntu that brings it."""


class FontsMissing(Exception):
    """Nothing can be printed; names the packages to install."""

    def __init__(self, packages: Sequence[str]) -> None:
        names = " ".join(packages)
        super().__init__(f"fonts are missing on the server: apt-get install {names}")
        self.packages = tuple(packages)


def font_folders(places: Sequence[Path] = PLACES) -> tuple[Path, ...]:
    """The folders that hold the needed fonts; FontsMissing names the packages of those that are nowhere."""
    found = {package: _folder(pattern, places) for pattern, package in NEEDED.items()}
    missing = [package for package, folder in found.items() if folder is None]
    if missing:
        raise FontsMissing(missing)
    return tuple(dict.fromkeys(folder for folder in found.values() if folder))


def _folder(pattern: str, places: Sequence[Path]) -> Path | None:
    return next((path.parent for place in places for path in sorted(place.rglob(pattern))), None)
