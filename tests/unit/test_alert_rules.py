"""Every alert rule fires on what it is for and not on what is usual, by promtool; and what it names is there."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.topology import QUEUES, READ_BY_CUSTOMS, SERVICES
from tests.promql import promtool, unknown_in

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/observability/alerts.yaml"
RUNBOOK = "docs/operations/runbook.md"


@dataclass(frozen=True)
class Trial:
    """Series under which an alert fires after `minutes`, with these labels; and `usual` ones, under which it does not."""

    series: Mapping[str, str]
    usual: Mapping[str, str]
    minutes: int = 30
    labels: Mapping[str, str] = field(default_factory=dict)


def _started(values: str, *without: str) -> dict[str, str]:
    return {
        f'fas_service_started_seconds{{service="{service}",version="1",instance="{service}-{process}"}}': values
        for service in SERVICES if service not in without
        for process in (1, 2)
    }  # fmt: skip


def _buckets(name: str, labels: str, below: str, limit: str) -> dict[str, str]:
    """A histogram whose observations are all above, or below, a limit."""
    return {
        f'{name}_bucket{{{labels}le="{limit}"}}': f"0+{below}x60", f'{name}_bucket{{{labels}le="3600"}}': "0+100x60",
        f'{name}_bucket{{{labels}le="+Inf"}}': "0+100x60",
    }  # fmt: skip


def _of_two(name: str, values: str, labels: str = "") -> dict[str, str]:
    """A gauge as two processes of its owner show it, alike."""
    return {f'{name}{{{labels}instance="{process}"}}': values for process in (1, 2)}


TRIALS = {
    "FasServiceDown": Trial(_started("1x60", "intake"), _started("1x60"), labels={"service": "intake"}),
    "FasServiceRestarting": Trial(
        _started("1+60x60", "portal") | {'fas_service_started_seconds{service="portal",version="1"}': "1x60"},
        _started("1x20 5000x40"), labels={"service": "intake"},
    ),
    "FasDependencyDown": Trial(
        {f'fas_dependency_up{{server="database",instance="{process}"}}': up for process, up in ((1, "1x9 0x50"), (2, "1x60"))},
        {'fas_dependency_up{server="database",instance="1"}': "1x60"}, labels={"server": "database"},
    ),
    "FasDatabaseRefuses": Trial(
        {'fas_database_refused_total{code="14031"}': "0x27 1x30"}, {'fas_database_refused_total{code="14031"}': "7x60"},
        labels={"code": "14031"},
    ),
    "FasClockWrong": Trial({"fas_clock_wrong_by_seconds": "-60x60"}, {"fas_clock_wrong_by_seconds": "2x60"}),
    "FasStateUnread": Trial(
        {'fas_state_unread_total{state="receipts"}': "0+1x60"}, {'fas_state_unread_total{state="receipts"}': "3x60"},
        labels={"state": "receipts"},
    ),
    "FasQueueNotConsumed": Trial(
        _of_two("fas_queue_consumers", "0x60", 'queue="intake.facts",'),
        _of_two("fas_queue_consumers", "1x60", 'queue="intake.facts",')
        | {'fas_queue_consumers{queue="customs.declarations"}': "0x60"},
        labels={"queue": "intake.facts"},
    ),
    "FasQueueBacklog": Trial(
        _of_two("fas_queue_messages", "1001x60", 'queue="intake.facts",'),
        _of_two("fas_queue_messages", "600x60", 'queue="intake.facts",')
        | {'fas_queue_messages{queue="customs.receipt-acks"}': "5000x60"},
        labels={"queue": "intake.facts"},
    ),
    "FasMessagesWaitLong": Trial(
        _buckets("fas_message_wait_seconds", 'queue="intake.facts",', "10", "60"),
        _buckets("fas_message_wait_seconds", 'queue="intake.facts",', "96", "60"), labels={"queue": "intake.facts"},
    ),
    "FasOutboxStuck": Trial(
        _of_two("fas_outbox_oldest_seconds", "0+60x60", 'service="intake",'),
        _of_two("fas_outbox_oldest_seconds", "100x60", 'service="intake",'), labels={"service": "intake"},
    ),
    "FasDeadLetters": Trial(_of_two("fas_dead_letters", "1x60"), _of_two("fas_dead_letters", "0x60")),
    "FasReceiptsParked": Trial(_of_two("fas_receipts_parked", "1x60"), _of_two("fas_receipts_parked", "0x60")),
    "FasReceiptsStuck": Trial(
        _of_two("fas_receipts_oldest_seconds", "0+60x60", 'state="published",'),
        _of_two("fas_receipts_oldest_seconds", "9000x60", 'state="parked",'), labels={"state": "published"},
    ),
    "FasReceiptsDeferredLong": Trial(
        _of_two("fas_receipts_oldest_seconds", "7201x60", 'state="deferred",'),
        _of_two("fas_receipts_oldest_seconds", "4000x60", 'state="deferred",'),
    ),
    "FasReceiptsSlow": Trial(
        _buckets("fas_receipt_to_movement_seconds", "", "10", "15"), _buckets("fas_receipt_to_movement_seconds", "", "100", "15")
    ),
    "FasDeclarationsRefused": Trial(
        {'fas_declarations_total{outcome="refused"}': "0x25 1x30"}, {'fas_declarations_total{outcome="confirmed"}': "0+9x60"}
    ),
    "FasDeclarationsInvalid": Trial(
        {'fas_declarations_total{outcome="invalid"}': "0x9 1x50"}, {'fas_declarations_total{outcome="waiting"}': "0+9x60"}
    ),
    "FasDeclarationsStuck": Trial(
        _of_two("fas_declarations_oldest_seconds", "0+60x60", 'state="queued",'),
        _of_two("fas_declarations_oldest_seconds", "600x60", 'state="queued",'),
    ),
    "FasCustomsNotReading": Trial(
        _of_two("fas_queue_messages", "501x60", 'queue="customs.declarations",'),
        _of_two("fas_queue_messages", "501x60", 'queue="intake.facts",'), labels={"queue": "customs.declarations"},
    ),
    "FasHttpErrors": Trial(
        {'fas_http_total{status="500"}': "0+6x60", 'fas_http_total{status="200"}': "0+94x60"},
        {'fas_http_total{status="503"}': "0+4x60", 'fas_http_total{status="404"}': "0+96x60"},
    ),
    "FasHttpSlow": Trial(
        _buckets("fas_http_seconds", 'route="/cases",', "10", "2"),
        _buckets("fas_http_seconds", 'route="/cases",', "96", "2")
        | _buckets("fas_http_seconds", 'route="/cases.csv",', "0", "2"),
    ),
    "FasMailsParked": Trial(_of_two("fas_mails_parked", "1x60"), _of_two("fas_mails_parked", "0x60")),
    "FasMailsWaiting": Trial(
        _of_two("fas_mails_oldest_seconds", "0+300x60"), _of_two("fas_mails_oldest_seconds", "600x60"), minutes=40
    ),
}  # fmt: skip
SEVERITIES = {"critical", "warning"}


def rules() -> dict[str, Any]:
    """The rules by their alert."""
    found = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return {rule["alert"]: rule for group in found["groups"] for rule in group["rules"]}


def test_every_alert_has_a_trial() -> None:
    assert rules().keys() == TRIALS.keys()


def test_every_alert_is_waited_for_on_the_running_system_or_it_is_said_why_not() -> None:
    """`make test-alone` runs it; an alert that nobody breaks anything for is found here, in every run."""
    broken = (ROOT / "tests/flow/test_alerts_fire.py").read_text(encoding="utf-8")
    assert not [alert for alert in rules() if f'"{alert}"' not in broken]


@pytest.mark.skipif(not promtool, reason="without the system's package prometheus")
def test_each_alert_fires_on_what_it_is_for_and_not_on_what_is_usual(tmp_path: Path) -> None:
    tests = [test for alert, trial in TRIALS.items() for test in _tests(alert, trial)]
    tried = tmp_path / "alerts.yaml"
    tried.write_text(
        yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests})
    )
    done = subprocess.run([promtool, "test", "rules", tried], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _tests(alert: str, trial: Trial) -> list[dict[str, Any]]:
    """What promtool is told: the alert fires once, however many processes there are; and under usual series not at all."""
    labels = {
        "alertname": alert,
        "alertstate": "firing",
        "severity": rules()[alert]["labels"]["severity"],
        **trial.labels,
    }
    said = "ALERTS{" + ",".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"
    asked = f'ALERTS{{alertname="{alert}",alertstate="firing",%s}}' % ",".join(
        f'{n}="{v}"' for n, v in trial.labels.items()
    )
    return [
        {
            "name": f"{alert} {name}",
            "interval": "1m",
            "input_series": [{"series": each, "values": values} for each, values in series.items()],
            "promql_expr_test": [{"expr": expr, "eval_time": f"{trial.minutes}m", "exp_samples": samples}],
        }
        for name, series, expr, samples in (
            ("fires", trial.series, asked, [{"labels": said, "value": 1}]),
            ("rests", trial.usual, f'ALERTS{{alertname="{alert}"}}', []),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("alert", rules())
def test_an_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on(alert: str) -> None:
    rule = rules()[alert]
    assert set(rule["labels"]) == {"severity"}
    assert rule["labels"]["severity"] in SEVERITIES
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"{RUNBOOK}#{alert.lower()}"


@pytest.mark.skipif(not (ROOT / RUNBOOK).exists(), reason="the runbook comes with another change")
def test_the_runbook_has_a_section_for_each_alert_and_for_no_other() -> None:
    headings = re.findall(r"^#+ (Fas[A-Z]\w+)$", (ROOT / RUNBOOK).read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(rules())


def test_rules_name_metrics_labels_and_values_that_there_are() -> None:
    for alert, rule in rules().items():
        assert unknown_in(rule["expr"]) == set(), alert


def test_every_service_is_missed() -> None:
    assert set(re.findall(r'service="(\w+)"', rules()["FasServiceDown"]["expr"])) == {*SERVICES}
    spared = rules()["FasQueueNotConsumed"]["expr"]
    excluded = re.search(r'queue!~"([^"]+)"', spared)
    assert excluded
    pattern = excluded.group(1).replace("\\\\", "\\")
    left = {each.name for each in QUEUES if not re.fullmatch(pattern, each.name)}
    assert {each.name for each in QUEUES} - left == READ_BY_CUSTOMS
