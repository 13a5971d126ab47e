"""Which page of the manual fits the page that is shown. Pure."""

from collections.abc import Mapping

from services.portal.pages.help.topics import Topic
from shared.contracts.vocabulary import Stage

ON_STAGES: Mapping[Stage, Topic] = {
    Stage.APPLICATION: Topic.APPLYING,
    Stage.ACCEPTANCE: Topic.ACCEPTANCE,
    Stage.QUESTIONNAIRE: Topic.QUESTIONNAIRE,
    Stage.EVALUATION: Topic.EVALUATION,
    Stage.PROTOCOL_CONSULTATION: Topic.CONSULTATIONS,
    Stage.PROTOCOL_SIGNING: Topic.SIGNING,
    Stage.ANNOUNCEMENT: Topic.ANNOUNCEMENT,
    Stage.CERTIFICATE_CONSULTATION: Topic.CERTIFICATES,
    Stage.CERTIFICATE_CONFIRMATION: Topic.CERTIFICATES,
    Stage.COMPLETED: Topic.START,
}
"""For routes that have the stage in their path."""
AT: Mapping[str, Topic] = {
    "/": Topic.WORKLIST,
    "/worklist": Topic.WORKLIST,
    "/sign-in": Topic.ACCOUNT,
    "/sign-out": Topic.ACCOUNT,
    "/signed-in": Topic.ACCOUNT,
    "/account": Topic.ACCOUNT,
    "/account/calendar": Topic.CALENDAR,
    "/account/news": Topic.NEWS,
    "/notifications": Topic.NEWS,
    "/assessments": Topic.SEARCH,
    "/assessments/new": Topic.APPLYING,
    "/checks": Topic.CHECKS,
    "/search": Topic.SEARCH,
    "/filters": Topic.SEARCH,
    "/figures": Topic.WORKLIST,
    "/cases/{case}": Topic.START,
    "/cases/{case}/application": Topic.APPLYING,
    "/cases/{case}/acceptance": Topic.ACCEPTANCE,
    "/cases/{case}/questionnaire": Topic.QUESTIONNAIRE,
    "/cases/{case}/evaluation": Topic.EVALUATION,
    "/cases/{case}/corrections": Topic.SUPPLEMENTS,
    "/cases/{case}/opinion": Topic.SUPPLEMENTS,
    "/ops": Topic.OPERATORS,
    "/help": Topic.START,
}
"""By the route of a page; one that is not named has what the route above it has."""


def topic_at(route: str, given: Mapping[str, object]) -> Topic | None:
    """The topic that fits a route with these parts of its path given; None where no page is shown."""
    stage = given.get("stage", given.get("consultation"))
    named = next((topic for each, topic in ON_STAGES.items() if each == stage), None)
    return named or _nearest(route)


def _nearest(route: str) -> Topic | None:
    route = route.partition(".{")[0]
    while route and route not in AT:
        route = route.rpartition("/")[0]
    return AT.get(route)
