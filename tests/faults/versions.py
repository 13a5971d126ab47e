"""The version before this one, unpacked beside the working tree, so that its services run with ours on the same servers."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from deploy.local.programs import ROOT

SETTING = "FAS_PREVIOUS_VERSION"
BEFORE_TAGS = "3910ea0e5e1e5d8e2ee8f67c0076e821d30acb88"
"""What counts as the last version until there is a tag: the last commit whose messages and cases say no form."""
_MADE_AT_SET_UP = "services/portal/static/vendor"


class NoPreviousVersion(Exception):
    """The clone does not have it; the text says what to do."""


def previous_version() -> str:
    """The commit of SETTING, of the last tag before the working tree, or BEFORE_TAGS."""
    if given := os.environ.get(SETTING):
        return given
    tagged = _git("describe", "--tags", "--abbrev=0")
    return tagged.stdout.decode().strip() if tagged.returncode == 0 else BEFORE_TAGS


def unpack(version: str, folder: Path) -> Path:
    """The code of a version, with what set-up makes in the working tree; NoPreviousVersion where the clone lacks it."""
    archive = _git("archive", "--format=tar", version)
    if archive.returncode != 0:
        raise NoPreviousVersion(
            f"This clone has no {version}: `git fetch --unshallow --tags`, or set {SETTING}."
        )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    shutil.copytree(ROOT / _MADE_AT_SET_UP, folder / _MADE_AT_SET_UP)
    return folder


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
