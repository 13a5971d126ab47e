"""`python -m tools.coverage_report [arguments for pytest]`: runs the tests, and prints how much of the product they ran.

The product's processes that the tests start count, too. Ends with the status of the tests.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / ".local/coverage"
REPORT = FOLDER / "report.json"
LEAST_COVERED = 10


def main() -> None:
    """Measure anew, combine what every process wrote, and print the total and the files that are covered least."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    status = _coverage("run", "-m", "pytest", *sys.argv[1:])
    _coverage("combine", "--quiet")
    _coverage("json", "--quiet", "-o", str(REPORT))
    print("\n".join(lines(json.loads(REPORT.read_text()))))
    sys.exit(status)


def lines(report: dict[str, Any]) -> list[str]:
    """The total, then the least covered files, the worst first."""
    worst = sorted(report["files"].items(), key=lambda each: each[1]["summary"]["percent_covered"])
    total = _line("All of the product", report["totals"])
    return [total, *(_line(name, measured["summary"]) for name, measured in worst[:LEAST_COVERED])]


def _line(name: str, summary: dict[str, Any]) -> str:
    missing, of = summary["missing_lines"], summary["num_statements"]
    return f"{summary['percent_covered']:5.1f} %  {name} ({missing} of {of} statements not run)"


def _coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], check=False).returncode


if __name__ == "__main__":
    main()
