"""Builds the JSON of the Grafana dashboards (`boards.py`) in deploy/observability/dashboards/; written by `make docs`."""

from itertools import count
from string import ascii_uppercase

from grafana_foundation_sdk.builders import common, dashboard, prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, VisibilityMode
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from tools.boards import Board, Graph

_SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_COLUMNS, _HEIGHT = 24, 8


def dashboard_json(board: Board) -> str:
    """A dashboard as Grafana imports it."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .tags(["fas"])
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )
    numbers = count(1)
    for heading, graphs in board.rows.items():
        made = made.with_row(dashboard.Row(heading).id(next(numbers)))
        for graph in graphs:
            made = made.with_panel(_panel(graph, next(numbers)))
    return JSONEncoder(sort_keys=True, indent=1).encode(made.build()) + "\n"


def _panel(graph: Graph, number: int) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .id(number)
        .title(graph.title)
        .description(graph.says)
        .unit(graph.unit)
        .datasource(_SOURCE)
        .min(0)
        .span(_COLUMNS // 3)
        .height(_HEIGHT)
        .line_width(1)
        .fill_opacity(8)
        .show_points(VisibilityMode.NEVER)
        .legend(common.VizLegendOptions().display_mode(LegendDisplayMode.LIST).show_legend(True))
    )
    for name, (legend, expression) in zip(ascii_uppercase, graph.lines.items(), strict=False):
        asked = prometheus.Dataquery().ref_id(name).expr(expression).legend_format(legend)
        panel = panel.with_target(asked.datasource(_SOURCE))
    return panel
