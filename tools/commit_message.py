"""`python -m tools.commit_message [FILE]`: a commit's subject has at most 72 characters.

With a file (git's hook `commit-msg` gives it) that message is checked; without one every commit since this check came in.
Status 1, and the subjects that are too long, else nothing.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

LONGEST = 72
ROOT = Path(__file__).parents[1]


def main() -> None:
    """Check what the arguments say."""
    files = sys.argv[1:]
    subjects = [subject_of(Path(each).read_text(encoding="utf-8")) for each in files] or _since_the_check()
    found = too_long(subjects)
    if found:
        sys.exit(
            "\n".join([f"A subject has at most {LONGEST} characters; the reason goes into the body:", *found])
        )


def subject_of(message: str) -> str:
    """The first line that is neither empty nor a comment of git's; empty where there is none."""
    lines = (line.strip() for line in message.splitlines() if not line.startswith("#"))
    return next((line for line in lines if line), "")


def too_long(subjects: Iterable[str]) -> list[str]:
    """The subjects that are too long, each with its length."""
    return [f"{len(each)}: {each}" for each in subjects if len(each) > LONGEST]


def _since_the_check() -> list[str]:
    """Subjects of what was made on top of this file; none without its history (an archive, a shallow clone)."""
    added = _git("log", "--diff-filter=A", "--format=%H", "--", "tools/commit_message.py")
    return _git("log", "--ancestry-path", "--format=%s", f"{added[-1]}..HEAD") if added else []


def _git(*arguments: str) -> list[str]:
    try:
        told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return told.stdout.splitlines()


if __name__ == "__main__":
    main()
