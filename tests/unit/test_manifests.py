"""The manifests for Kubernetes: Kustomize and Helm give the same, what runs is bounded, and names are those of the code."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.access.rights import RIGHTS
from deploy.kubernetes.trial_secrets import trial_secrets
from shared.contracts.topology import (
    ASKED_SERVICES,
    QUEUES,
    RECEIPTS_QUEUE,
    SERVICES,
    SETTLED_QUEUE,
    STAGE_SERVICES,
    SUBMISSIONS_QUEUE,
    commands_of,
    facts_of,
)
from shared.runtime.secret_files import SECRETS
from shared.runtime.settings import Settings, load_settings
from tools.manifest_schemas import find_faults
from tools.manifests import (
    ALL,
    BASE,
    CHART,
    COMPONENT,
    COMPONENTS,
    OVERLAYS,
    Document,
    key_of,
    render_chart,
    render_overlay,
    render_test,
)

ROOT = CHART.parents[1]
NEEDS = {
    "keda-customs-broker": ("customs-broker", "keda"),
    "keda-tls": ("keda", "tls"),
    "mail-sign-in": ("mail",),
}
"""The components that others build on."""
IN_ORDER = sorted(COMPONENTS, key=lambda name: name in NEEDS)


@pytest.fixture(scope="module")
def everything() -> list[Document]:
    """What the chart gives with all that a cluster may have."""
    return [*render_chart(*ALL), *render_test()]


@pytest.fixture(scope="module")
def overlays() -> dict[str, list[Document]]:
    """What Kustomize gives for each overlay, by its name."""
    return {folder.name: render_overlay(folder) for folder in OVERLAYS}


@pytest.mark.parametrize(
    ("components", "values"),
    [((), ()), (IN_ORDER, ALL), *(((*NEEDS.get(name, ()), name), values) for name, values in COMPONENTS.items())],
    ids=["nothing", "everything", *COMPONENTS],
)  # fmt: skip
def test_kustomize_gives_what_the_chart_gives(
    components: Sequence[str], values: Sequence[str], tmp_path: Path
) -> None:
    relative = [os.path.relpath(COMPONENT / name, tmp_path.resolve()) for name in components]
    own = {"resources": [os.path.relpath(BASE, tmp_path.resolve())], "components": relative}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(own))

    assert _comparable(render_overlay(tmp_path)) == _comparable(render_chart(*values))


def test_every_service_is_deployed_and_scaled_by_queues_that_it_hears() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    heard = {
        **{name: {facts_of(name).name, commands_of(name).name} for name in STAGE_SERVICES},
        "customs_gateway": {RECEIPTS_QUEUE.name, SETTLED_QUEUE.name, SUBMISSIONS_QUEUE.name},
        "portal": set(),
    }
    assert set(ASKED_SERVICES) | {"portal"} == set(SERVICES)
    assert {name: set(service.get("queues", ())) for name, service in values["services"].items()} == heard
    assert set().union(*heard.values()) < {each.name for each in QUEUES}


def test_what_runs_may_do_nothing_but_run(
    everything: list[Document], overlays: dict[str, list[Document]]
) -> None:
    for document in [*everything, *(each for documents in overlays.values() for each in documents)]:
        for pod in _pods(document):
            ours = "fas:" in pod["containers"][0]["image"]
            assert pod["automountServiceAccountToken"] is False
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            for container in [*pod["containers"], *pod.get("initContainers", ())]:
                bounds = container["securityContext"]
                assert bounds["allowPrivilegeEscalation"] is False
                assert bounds["capabilities"] == {"drop": ["ALL"]}
                assert bounds.get("readOnlyRootFilesystem", False) or not ours
                for amounts in ("requests", "limits"):
                    assert {"cpu", "memory"} <= set(container["resources"][amounts]), key_of(document)


def test_a_service_has_the_time_to_stop_and_its_probes_ask_what_they_should(
    everything: list[Document],
) -> None:
    deployments = [each for each in everything if each["kind"] == "Deployment"]
    assert {each["spec"]["template"]["spec"]["containers"][0]["args"][1] for each in deployments} == set(
        SERVICES
    )
    for deployment in deployments:
        (pod,) = _pods(deployment)
        (container,) = pod["containers"]
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert pod["terminationGracePeriodSeconds"] - pause > Settings.model_fields["stop_seconds"].default
        assert {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")} == {
            "startupProbe": "/live", "readinessProbe": "/ready", "livenessProbe": "/live",
        }  # fmt: skip


def test_every_setting_that_a_pod_is_given_is_one_that_there_is(everything: list[Document]) -> None:
    given = {
        entry["name"] for each in everything for pod in _pods(each) for entry in pod["containers"][0].get("env", ())
    }  # fmt: skip
    fields = [*Settings.model_fields, *(f"{secret}_file" for secret in SECRETS)]
    assert given <= {f"FAS_{field.upper()}" for field in fields}


def test_what_points_at_something_points_at_what_there_is(
    everything: list[Document], overlays: dict[str, list[Document]]
) -> None:
    for documents in (everything, *overlays.values()):
        labels = [
            pod["metadata"]["labels"] if "metadata" in pod else {}
            for each in documents
            for pod in _templates(each)
        ]
        names = {key_of(each) for each in documents}
        for each in documents:
            selector = each.get("spec", {}).get("selector")
            if each["kind"] in ("Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
                wanted = selector if each["kind"] == "Service" else selector["matchLabels"]
                assert any(wanted.items() <= found.items() for found in labels), key_of(each)
            if each["kind"] in ("ScaledObject", "HorizontalPodAutoscaler"):
                assert ("Deployment", each["spec"]["scaleTargetRef"]["name"]) in names
            for trigger in each.get("spec", {}).get("triggers", ()):
                assert ("TriggerAuthentication", trigger["authenticationRef"]["name"]) in names


def test_customs_broker_is_reached_by_the_gateway_and_by_preparing_alone(everything: list[Document]) -> None:
    (customs,) = (each for each in everything if key_of(each) == ("NetworkPolicy", "fas-customs-broker"))
    (chosen,) = customs["spec"]["podSelector"]["matchExpressions"]
    assert chosen["values"] == ["customs-gateway", "prepare"]
    addresses = [rule["to"] for rule in customs["spec"]["egress"]]
    others = [
        rule["to"] for each in everything if each["kind"] == "NetworkPolicy" and each is not customs
        for rule in each["spec"].get("egress", ())
    ]  # fmt: skip
    assert not any(address in others for address in addresses)
    given = {
        key_of(each)[1] for each in everything for pod in _pods(each)
        if any(entry["name"] == "FAS_CUSTOMS_RABBIT_URL_FILE" for entry in pod["containers"][0].get("env", ()))
    }  # fmt: skip
    assert given == {"fas-customs-gateway", "fas-prepare"}


def test_the_mail_server_is_reached_by_the_portal_alone_which_alone_has_its_password(
    everything: list[Document],
) -> None:
    (mail,) = (each for each in everything if key_of(each) == ("NetworkPolicy", "fas-mail-server"))
    assert mail["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "portal"
    (rule,) = mail["spec"]["egress"]
    assert [port["port"] for port in rule["ports"]] == [Settings.model_fields["smtp_port"].default]
    others = [
        rule["to"] for each in everything if each["kind"] == "NetworkPolicy" and each is not mail
        for rule in each["spec"].get("egress", ())
    ]  # fmt: skip
    assert rule["to"] not in others
    given = {
        key_of(each)[1] for each in everything for pod in _pods(each)
        if any(entry["name"] == "FAS_SMTP_PASSWORD_FILE" for entry in pod["containers"][0].get("env", ()))
    }  # fmt: skip
    assert given == {"fas-portal"}


def test_without_mail_nothing_reaches_a_mail_server() -> None:
    assert ("NetworkPolicy", "fas-mail-server") not in set(map(key_of, render_chart()))


def test_only_the_portal_takes_traffic_and_only_who_watches_asks_for_health(
    everything: list[Document],
) -> None:
    policies = {
        each["metadata"]["name"]: each["spec"] for each in everything if each["kind"] == "NetworkPolicy"
    }
    assert policies["fas-deny"] == {
        "podSelector": {
            "matchLabels": {"app.kubernetes.io/name": "fas", "app.kubernetes.io/instance": "fas"}
        },
        "policyTypes": ["Ingress", "Egress"],
    }
    open_ports = {
        (name, port["port"]) for name, spec in policies.items() for rule in spec.get("ingress", ()) for port in rule["ports"]
    }  # fmt: skip
    assert open_ports == {("fas-portal", 8080), ("fas-health", 8100), ("fas-test-asked", 8100)}
    assert policies["fas-portal"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "portal"


def test_every_pod_starts_with_the_trial_secrets(
    overlays: dict[str, list[Document]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = trial_secrets()
    for name in [name for name in os.environ if name.startswith("FAS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    users = {}
    for document in overlays["single-node"]:
        for pod in _pods(document):
            (container,) = pod["containers"]
            if container["image"] == "fas:0.1.0":
                mounted = _mounted(pod, secrets, tmp_path)
                with monkeypatch.context() as given:
                    for entry in container["env"]:
                        given.setenv(entry["name"], entry["value"].replace("/run/secrets/fas", str(mounted)))
                    needed = ("secret_key",) if "portal" in container["args"] else ()
                    users[key_of(document)[1]] = urlsplit(load_settings(needed).rabbit_url).username

    assert users == {f"fas-{user.replace('_', '-')}": user for user in RIGHTS}


def test_the_servers_for_trying_out_are_those_of_compose(overlays: dict[str, list[Document]]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    wanted = {_default_of(service["image"]).split("@")[0] for service in compose["services"].values()}
    images = {
        container["image"] for each in overlays["single-node"] for pod in _pods(each)
        for container in [*pod["containers"], *pod.get("initContainers", ())] if not container["image"].startswith("fas:")
    }  # fmt: skip
    assert len(images) == 3
    assert images < wanted


def test_the_chart_has_the_version_of_the_code() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert chart["version"] == chart["appVersion"] == project["version"]


@pytest.mark.parametrize(
    "value",
    [
        "settings.FAS_RABBIT_URL=amqp://x",
        "services.intake.replica=3",
        "stopSeconds=20",
        "image.digest=sha256:12",
    ],
)
def test_a_value_that_there_is_not_or_that_can_not_be_is_refused(value: str) -> None:
    with pytest.raises(SystemExit, match="values don't meet the specifications"):
        render_chart(value)


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("Deployment", {"replica": 3}, "replica"),
        ("NetworkPolicy", {"podSelector": {"matchLabels": {"a": 1}}}, "matchLabels"),
        ("ScaledObject", {"maxReplicas": 3}, "maxReplicas"),
        ("TriggerAuthentication", {"secretTargetRef": [{"parameter": "host", "name": "x"}]}, "key"),
        ("ServiceMonitor", {"endpoints": [{"port": "health", "intervall": "5s"}]}, "intervall"),
    ],
)
def test_what_a_schema_does_not_know_is_a_fault(
    everything: list[Document], kind: str, change: Mapping[str, Any], said: str
) -> None:
    good = next(each for each in everything if each["kind"] == kind)
    assert find_faults([good]) == []
    (fault,) = find_faults([good, good | {"spec": good["spec"] | change}])
    assert fault.startswith(f"{kind} {good['metadata']['name']}: ")
    assert said in fault


def test_a_kind_without_a_schema_is_a_fault() -> None:
    unknown = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "x"}}
    assert find_faults([unknown]) == ["Thing x: there is no schema for example.org/v1"]


def _default_of(image: str) -> str:
    """What Compose takes where the variable is not set: `${NAME:-this}`."""
    given = re.fullmatch(r"\$\{\w+:-(.+)\}", image)
    return given[1] if given else image


def _comparable(documents: Sequence[Document]) -> dict[tuple[str, str], Document]:
    """By kind and name; the order of environment variables and of a Secret's keys says nothing."""
    for document in documents:
        for pod in _pods(document):
            for container in pod["containers"]:
                container.get("env", []).sort(key=lambda entry: entry["name"])
    found = {key_of(each): each for each in documents}
    assert len(found) == len(documents)
    return found


def _pods(document: Document) -> Iterator[Document]:
    """The specs of the pods that a resource makes."""
    for template in _templates(document):
        yield template["spec"]


def _templates(document: Document) -> Iterator[Document]:
    if document["kind"] in ("Deployment", "StatefulSet", "Job"):
        yield document["spec"]["template"]
    elif document["kind"] == "Pod":
        yield document


def _mounted(pod: Document, secrets: Mapping[str, Mapping[str, str]], folder: Path) -> Path:
    """What the pod finds of its Secret, as files in a folder."""
    (volume,) = (each["secret"] for each in pod["volumes"] if each["name"] == "secrets")
    mounted = folder / str(volume["secretName"])
    mounted.mkdir()
    kept = secrets[volume["secretName"]]
    for item in volume.get("items", [{"key": key, "path": key} for key in kept]):
        (mounted / item["path"]).write_text(kept[item["key"]])
    return mounted
