"""The dashboards show every metric there is and no other, in PromQL that Prometheus reads."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from shared.runtime.metered import DECLARED
from tests.promql import names_of, promtool, unknown_in
from tools.boards import BOARDS, Board
from tools.dashboards import dashboard_json

GRAPHS = [graph for board in BOARDS for row in board.rows.values() for graph in row]


def test_dashboards_name_metrics_and_labels_that_there_are_and_say_what_they_show() -> None:
    for graph in GRAPHS:
        assert graph.says, graph.title
        for legend, expression in graph.lines.items():
            assert unknown_in(expression) == set(), graph.title
            assert {*re.findall(r"{{(\w+)}}", legend)} <= {*re.findall(r"\w+", expression)}, graph.title
    shown = {
        name for graph in GRAPHS for line in graph.lines.values() for name in re.findall(r"fas_\w+", line)
    }
    unseen = {each.name for each in DECLARED if not shown & {*names_of(each.name, each.kind)}}
    assert unseen == set(), "show each metric somewhere, or do without it"


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_each_panel_has_a_place_and_an_id_of_its_own(board: Board) -> None:
    panels = json.loads(dashboard_json(board))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    for panel in panels:
        names = [target["refId"] for target in panel.get("targets", ())]
        assert len({*names}) == len(names)


@pytest.mark.skipif(not promtool, reason="without the system's package prometheus")
def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    asked = [line.replace("$__rate_interval", "5m") for graph in GRAPHS for line in graph.lines.values()]
    rules = [{"record": f"asked:{number}", "expr": line} for number, line in enumerate(asked)]
    file = tmp_path / "asked.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
