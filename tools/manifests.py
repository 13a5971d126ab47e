"""`python -m tools.manifests` (`make manifests`): writes deploy/kubernetes/base and its components from the Helm chart.

With `--check` nothing is written: the files are compared, and what Kustomize and Helm render is checked by schemas
(tools/manifest_schemas.py); the exit status is 1 when something is wrong.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from tools.kubernetes_programs import program

Document = dict[str, Any]
DEPLOY = Path(__file__).parents[1] / "deploy"
CHART, KUSTOMIZE = DEPLOY / "helm", DEPLOY / "kubernetes"
BASE, COMPONENT = KUSTOMIZE / "base", KUSTOMIZE / "components"
RELEASE = "fas"
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "ingress": ("ingress.enabled=true",),
    "keda": ("keda.enabled=true",),
    "monitoring": ("monitoring.enabled=true",),
    "customs-broker": ("customsBroker.separate=true",),
    "keda-customs-broker": ("keda.enabled=true", "customsBroker.separate=true"),
    "tls": ("tlsSecret=fas-tls-ca",),
    "keda-tls": ("keda.enabled=true", "tlsSecret=fas-tls-ca"),
    "mail": ("mail.enabled=true",),
    "mail-sign-in": ("mail.enabled=true", "mail.signsIn=true"),
}
"""What a cluster may have or not: the components of Kustomize, each with the chart's values that do the same."""
ALL = tuple(sorted({value for values in COMPONENTS.values() for value in values}))
OVERLAYS = tuple(
    KUSTOMIZE / "overlays" / name for name in ("single-node", "production", "production-operators")
)
_HEAD = "# Generated from deploy/helm by `make manifests`; not edited by hand.\n"
_HELMS_OWN = "helm.sh/"


def render_chart(*values: str) -> list[Document]:
    """What the chart gives with its values, but for these (`name=value`); without Helm's annotations and its test."""
    options = [option for value in values for option in ("--set", value)]
    made = _run("helm", "template", RELEASE, str(CHART), *options)
    return [_without_helm(each) for each in made if not _is_test(each)]


def render_test() -> list[Document]:
    """What `helm test` makes."""
    return [each for each in _run("helm", "template", RELEASE, str(CHART)) if _is_test(each)]


def render_overlay(folder: Path) -> list[Document]:
    """What Kustomize gives for a folder."""
    return _run("kubectl", "kustomize", str(folder))


def key_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and name."""
    return document["kind"], document["metadata"]["name"]


def generated() -> dict[Path, str]:
    """The text of each generated file of the base and its components."""
    with ThreadPoolExecutor() as pool:
        base, *withs = pool.map(lambda values: render_chart(*values), [(), *COMPONENTS.values()])
    files = {BASE / f"{name}.yaml": documents for name, documents in _by_component(base).items()}
    given = {(): set(map(key_of, base))} | {
        values: set(map(key_of, documents))
        for values, documents in zip(COMPONENTS.values(), withs, strict=True)
    }
    for (name, values), documents in zip(COMPONENTS.items(), withs, strict=True):
        there = set().union(*(keys for others, keys in given.items() if set(others) < set(values)))
        files[COMPONENT / name / "resources.yaml"] = [each for each in documents if key_of(each) not in there]
    return {path: _HEAD + _text(documents) for path, documents in files.items() if documents}


def main() -> int:
    """Write, or check."""
    texts = generated()
    if "--check" not in sys.argv:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return 0
    from tools.manifest_schemas import find_faults

    with ThreadPoolExecutor() as pool:
        overlays = pool.map(render_overlay, OVERLAYS)
        everything = pool.submit(render_chart, *ALL).result()
        rendered = [*everything, *render_test(), *(each for overlay in overlays for each in overlay)]
    faults = [
        f"{path.relative_to(DEPLOY)} is not what the chart gives: run `make manifests`"
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    faults += find_faults(rendered)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _by_component(documents: Iterable[Document]) -> dict[str, list[Document]]:
    found = defaultdict(list)
    for each in documents:
        found[each["metadata"]["labels"]["app.kubernetes.io/component"]].append(each)
    return found


def _is_test(document: Document) -> bool:
    return bool(document["metadata"].get("annotations", {}).get(f"{_HELMS_OWN}hook") == "test")


def _without_helm(document: Document) -> Document:
    metadata = dict(document["metadata"])
    kept = {
        name: value
        for name, value in metadata.pop("annotations", {}).items()
        if not name.startswith(_HELMS_OWN)
    }
    return document | {"metadata": metadata | ({"annotations": kept} if kept else {})}


def _text(documents: Iterable[Document]) -> str:
    ordered = sorted(documents, key=key_of)
    return yaml.safe_dump_all(ordered, sort_keys=False, allow_unicode=True, width=130)


def _run(name: str, *arguments: str) -> list[Document]:
    done = subprocess.run([program(name), *arguments], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{name} {' '.join(arguments)}: {done.stderr.strip()}")
    return [each for each in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if each]


if __name__ == "__main__":
    sys.exit(main())
