"""`python -m tests.newer_catalogue questionnaire`: the service of a day when another version of a questionnaire is written.

With `--same-version` behind it, of a day when somebody forgot to raise the version.
"""

import sys

from cli.commands.serve import serve
from services.questionnaire import app, catalogue
from shared.contracts.questionnaires import Question, QuestionKind, Questionnaire

ADDED = Question(
    id="aquatic.new_in_two",
    kind=QuestionKind.LONG_TEXT,
    required=True,
    text_zh="第二版新增的问题",
    text_en="New in version two",
    help_zh="请写明。",
    help_en="Please say.",
)
_written = catalogue.load()
FORGOTTEN = "--same-version"


def newer() -> dict[str, Questionnaire]:
    """Aquatic products in the version after today's: the first question is gone, another one is new and required."""
    aquatic = _written["aquatic"]
    first, *others = aquatic.parts
    changed = first.model_copy(update={"questions": (ADDED, *first.questions[1:])})
    version = aquatic.version + (FORGOTTEN not in sys.argv)
    return {
        **_written,
        "aquatic": aquatic.model_copy(update={"version": version, "parts": (changed, *others)}),
    }


if __name__ == "__main__":
    vars(catalogue)["load"] = newer
    vars(app)["load"] = newer
    serve(sys.argv[1])
