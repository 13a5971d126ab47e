"""What is wrong with Kubernetes' resources by their schemas: a field that there is not, one that lacks, a value of another type.

Kubernetes' own kinds by the schemas of kubernetes-validate; KEDA's and the Prometheus Operator's by the types that are published
for TypeScript. Of other operators' kinds there is no schema in a package; they are named here, and any other kind is a fault.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import kubernetes_validate

from tools.kubernetes_programs import MODELS
from tools.script_checkers import FOLDER as CHECKERS

Document = Mapping[str, Any]
VERSION = "1.35"
"""Of Kubernetes' schemas: that of the kubectl that renders."""
_TYPED = {
    "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
    "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
}
WITHOUT_SCHEMA = {"rabbitmq.com/v1beta1", "mongodbcommunity.mongodb.com/v1"}
_WHOLE_PACKAGES = {"@kubernetes-models/base": [f"{MODELS['kubernetes-models/base']}/package/dist/index.d.ts"]}
_COMPILER = CHECKERS / "typescript/package/lib/tsc"
_OPTIONS = {
    "noEmit": True, "strict": True, "skipLibCheck": True, "module": "esnext", "moduleResolution": "bundler", "types": [],
    "lib": ["es2023"],
}  # fmt: skip


def find_faults(documents: Iterable[Document]) -> list[str]:
    """One sentence for each resource that is not as its schema says."""
    known = [each for each in documents if each["apiVersion"] not in WITHOUT_SCHEMA]
    own = [each for each in known if each["apiVersion"] not in _TYPED]
    return [*_faults_of_own(own), *_faults_of_typed([each for each in known if each["apiVersion"] in _TYPED])]


def _faults_of_own(documents: Iterable[Document]) -> Iterator[str]:
    for each in documents:
        name = f"{each['kind']} {each['metadata']['name']}"
        try:
            kubernetes_validate.validate(dict(each), VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{name}: {'.'.join(map(str, error.path))}: {error.message}"
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{name}: there is no schema for {each['apiVersion']}"


def _faults_of_typed(documents: Sequence[Document]) -> list[str]:
    """What the compiler says of resources as literals, in which it allows no field that their type has not."""
    if not documents:
        return []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = {f"@{name}/*": [f"{where}/package/*"] for name, where in MODELS.items()} | _WHOLE_PACKAGES
        settings = {"compilerOptions": _OPTIONS | {"paths": paths}, "files": ["resources.ts"]}
        (folder / "tsconfig.json").write_text(json.dumps(settings))
        (folder / "resources.ts").write_text("\n".join(map(_literal, documents)))
        compiled = subprocess.run(
            [_COMPILER, "--project", ".", "--pretty", "false"],
            cwd=folder, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    # What stands indented explains the line before.
    return [_named(line, documents) for line in compiled.stdout.splitlines() if not line.startswith(" ")]


def _literal(document: Document) -> str:
    """A line that the compiler accepts where the resource is as its type says."""
    module = f"{_TYPED[document['apiVersion']]}/{document['kind']}.js"
    return f"({json.dumps(document)}) satisfies import({json.dumps(module)}).I{document['kind']};"


def _named(line: str, documents: Sequence[Document]) -> str:
    """What the compiler says, with the resource instead of the place."""
    place = re.match(r"resources\.ts\((\d+),\d+\): ", line)
    if place is None:
        return line
    document = documents[int(place[1]) - 1]
    return f"{document['kind']} {document['metadata']['name']}: {line[place.end() :]}"
