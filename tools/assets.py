"""`python -m tools.assets [test]`: takes the pages' style sheet and htmx out of their npm packages.

Each file is compared with the digest that stands here, so that what is served is what was looked at.
"""

import sys
from pathlib import Path

from tools.npm import archive_of, digest, file_in

ROOT = Path(__file__).parents[1]
SERVED = ROOT / "services/portal/static/vendor"
FOR_TESTS = ROOT / ".local/web"
RUN = {
    "@tabler/core@1.6.1": (
        "dist/css/tabler.min.css",
        SERVED,
        "370a2d4e608ae518351d10528fc7dbe19b354ae5062c51b2a9cb294850d65403",
    ),
    "htmx.org@4.0.1": (
        "dist/htmx.min.js",
        SERVED,
        "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    ),
}
TEST = {
    "axe-core@4.14.1": (
        "axe.min.js",
        FOR_TESTS,
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    )
}


def main() -> None:
    """Fetch what is missing or differs; status 1 with one sentence where that can't be done."""
    wanted = RUN | (TEST if "test" in sys.argv[1:] else {})
    for package, (inside, folder, expected) in wanted.items():
        target = folder / Path(inside).name
        if not (target.exists() and digest(target.read_bytes()) == expected):
            _take(package, inside, target, expected)


def _take(package: str, inside: str, target: Path, expected: str) -> None:
    with archive_of(package) as archive:
        data = file_in(archive, inside)
    if digest(data) != expected:
        sys.exit(f"{inside} of {package} is not the file that is expected")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


if __name__ == "__main__":
    main()
