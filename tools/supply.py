"""`python -m tools.supply sbom|licences|audit`: what the image is made of, under which licences, and known faults in it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tools.assets import RUN

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
PROGRAMS = ROOT / ".local" / "supply" / "bin"
SBOM = ROOT / "build" / "sbom.cdx.json"
ASSET_LICENCES = {"@tabler/core": "MIT", "htmx.org": "0BSD"}
"""Of the pages' style sheet and script, as their packages say."""
FONTS = ("fonts-noto-cjk", "fonts-noto-core")
FONT_LICENCE = "OFL-1.1"
COPYLEFT = re.compile(r"\b(A?GPL|SSPL|BUSL)\b")
"""What could not be given to a customer without more thought; LGPL and MPL can, unchanged as they are."""
_PINNED = re.compile(r"^(?P<name>[\w.-]+)(\[.*\])?==(?P<version>\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Component:
    """A package in the image; `digest` is the SHA-256 of the file that was taken, where it is one."""

    kind: str
    name: str
    version: str
    licence: str
    digest: str = ""

    @property
    def purl(self) -> str:
        """Its address as a package, in the notation that all registries share."""
        version = f"@{self.version}" if self.version else ""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}{version}"


def parts() -> list[Component]:
    """Everything that we put into the image; the base image brings its own list."""
    return [
        *_packages(),
        *_assets(),
        *(Component("deb", f"debian/{name}", "", FONT_LICENCE) for name in FONTS),
    ]


def _packages() -> Iterator[Component]:
    """Python's packages; one that this platform does not take is not in the image either."""
    for found in _PINNED.finditer(REQUIREMENTS.read_text(encoding="utf-8")):
        try:
            about = metadata.metadata(found["name"])
        except metadata.PackageNotFoundError:
            continue
        yield Component("pypi", found["name"], found["version"], licence_of(about))


def _assets() -> Iterator[Component]:
    for package, (_, _, digest) in RUN.items():
        name, _, version = package.rpartition("@")
        yield Component("npm", name, version, ASSET_LICENCES.get(name, ""), digest)


def licence_of(about: metadata.PackageMetadata) -> str:
    """What a package says of its licence, in one line; '' where it says nothing."""
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    said = [about.get("License-Expression"), about.get("License"), " OR ".join(classifiers)]
    return next((each.strip() for each in said if each and "\n" not in each.strip()), "")


def sbom() -> int:
    """Write the list of parts as CycloneDX JSON, with the hashes that requirements.txt pins."""
    SBOM.parent.mkdir(exist_ok=True)
    command: list[str | Path] = [
        PROGRAMS / "cyclonedx-py", "requirements", REQUIREMENTS, "--pyproject", ROOT / "pyproject.toml",
        "--output-reproducible", "--output-file", SBOM,
    ]  # fmt: skip
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    SBOM.write_text(json.dumps(completed(json.loads(SBOM.read_text()), parts()), indent=1) + "\n")
    print(f"{SBOM.relative_to(ROOT)}: {len(parts())} parts")
    return 0


def completed(listed: dict[str, Any], found: list[Component]) -> dict[str, Any]:
    """The list with licences, without what this platform does not take, and with what comes from elsewhere than PyPI."""
    known = {part.purl: part for part in found}
    components = [each for each in listed["components"] if each.get("purl") in known]
    there = {each["purl"] for each in components}
    components += [
        {"type": "library", "bom-ref": part.purl, "name": part.name, "purl": part.purl}
        | ({"version": part.version} if part.version else {})
        | ({"hashes": [{"alg": "SHA-256", "content": part.digest}]} if part.digest else {})
        for part in found
        if part.purl not in there
    ]
    for each in components:
        each["licenses"] = [{"license": {"name": known[each["purl"]].licence}}]
    return listed | {"components": components}


def licences() -> int:
    """Print every part with its licence; status 1 where one says nothing, or wants more thought than is taken here."""
    doubtful = [part for part in parts() if not part.licence or COPYLEFT.search(part.licence)]
    for part in parts():
        print(f"{part.name:<24} {part.version:<12} {part.licence or '?'}")
    for part in doubtful:
        print(f"Look at {part.name}: its licence is {part.licence or 'not said'}.", file=sys.stderr)
    return 1 if doubtful else 0


def audit() -> int:
    """Compare the pinned packages with the known faults; status 1 where one has any, 2 where not everything was compared."""
    command: list[str | Path] = [
        PROGRAMS / "pip-audit", "--requirement", REQUIREMENTS, "--require-hashes", "--disable-pip", "--format=json",
        "--progress-spinner=off",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return reported(done.stdout, done.stderr.strip()[-300:])


def reported(answer: str, said: str) -> int:
    """Tell what pip-audit answered (JSON) or else said; the exit status of `audit`."""
    try:
        asked = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        print(f"Nothing was compared: the list of known faults can't be reached. {said}", file=sys.stderr)
        return 2
    faults = [(each, fault) for each in asked for fault in each.get("vulns", ())]
    for each, fault in faults:
        mended = ", ".join(fault["fix_versions"]) or "none yet"
        print(f"{each['name']} {each['version']}: {fault['id']}, mended in {mended}")
    skipped = {each["name"]: each["skip_reason"] for each in asked if "skip_reason" in each}
    print(f"{len(asked) - len(skipped)} of {len(asked)} packages compared, {len(faults)} known faults.")
    if skipped:
        name, why = next(iter(skipped.items()))
        print(
            f"The list of known faults can't be reached for {len(skipped)}, {name} first: {why}",
            file=sys.stderr,
        )
    return 1 if faults else 2 if skipped else 0


if __name__ == "__main__":
    sys.exit({"sbom": sbom, "licences": licences, "audit": audit}[sys.argv[1]]())
