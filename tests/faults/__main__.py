"""`python -m tests.faults [--seeds N …] [--only NAME …]`: runs scenarios; the counts go to docs/reliability.json."""

import argparse
import asyncio
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.faults.run import RunResult, run, shown
from tests.faults.scenarios import SCENARIOS

BUILD = Path("build/faults")
REPORT = Path("docs/reliability.json")


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


def _write_down(result: RunResult) -> None:
    """Replace what stands in the report for this scenario and seed."""
    known = json.loads(REPORT.read_text()) if REPORT.exists() else []
    others = [each for each in known if (each["scenario"], each["seed"]) != (result.scenario, result.seed)]
    every = [*others, {**asdict(result), "commit": _commit()}]
    REPORT.write_text(json.dumps(every, ensure_ascii=False, indent=1) + "\n")


def _commit() -> str:
    """What was tried; empty outside of a clone."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


if __name__ == "__main__":
    main()
