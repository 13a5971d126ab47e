"""`python -m tests.bench [--quick] [PART…]`: measures, and prints one JSON object a measurement.

Parts go by letter or name; all of them without any. The results of a whole run are kept in build/bench, one file a part,
for `python -m tests.bench.report`.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from deploy.local.temporary import temporary_data_dir
from tests.bench.end_to_end import canned, end_to_end
from tests.bench.pages import pages
from tests.bench.results import Results
from tests.bench.scaling import scaling
from tests.bench.stand import QUICK, Sizes, Stand, a_stand, say
from tests.bench.starting import starting
from tests.bench.translation import translation
from tests.bench.uploads import uploads

Part = Callable[[Stand], Coroutine[Any, Any, None]]
PARTS: Mapping[str, tuple[str, Part]] = {
    "a": ("end-to-end", end_to_end),
    "b": ("canned", canned),
    "c": ("translation", translation),
    "d": ("pages", pages),
    "e": ("uploads", uploads),
    "f": ("starting", starting),
    "g": ("scaling", scaling),
}


def main() -> int:
    """Measure what is asked for."""
    known = {name: letter for letter, (name, _) in PARTS.items()} | {letter: letter for letter in PARTS}
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*known, []], metavar="PART", help=", ".join(known))
    parser.add_argument(
        "--quick", action="store_true", help="little of each, to see that it runs; nothing is kept"
    )
    asked = parser.parse_args()
    letters = list(dict.fromkeys(known[each] for each in asked.parts)) or list(PARTS)
    with (
        temporary_data_dir() as folder,
        a_stand(folder, QUICK if asked.quick else Sizes()) as stand,
    ):
        for letter in letters:
            name, part = PARTS[letter]
            results, since = Results(letter, keep=not asked.quick), time.monotonic()
            stand.keep = results.add
            say(f"({letter}) {name}")
            asyncio.run(part(stand))
            results.close()
            say(f"({letter}) {name}: {time.monotonic() - since:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
