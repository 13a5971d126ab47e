"""`python -m tests.faults [--seeds N] [--only NAME …]`: every scenario with every seed; the report is build/faults.json."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.faults.run import Result, run, shown
from tests.faults.scenarios import SCENARIOS

BUILD = Path("build/faults")
REPORT = BUILD / "results.json"


def main() -> None:
    """Run and write down; exit status 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", nargs="+", default=list(SCENARIOS), choices=list(SCENARIOS))
    asked = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    broken = 0
    for name in asked.only:
        for seed in asked.seeds:
            result = asyncio.run(run(SCENARIOS[name], seed, keep=BUILD))
            print(shown(result), flush=True)
            broken += bool(result.broken)
            _write_down(result)
    sys.exit(1 if broken else 0)


def _write_down(result: Result) -> None:
    """Replace what stands in the report for this scenario and seed."""
    known = json.loads(REPORT.read_text()) if REPORT.exists() else []
    others = [each for each in known if (each["scenario"], each["seed"]) != (result.scenario, result.seed)]
    REPORT.write_text(json.dumps([*others, asdict(result)], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
