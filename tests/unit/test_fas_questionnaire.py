"""`fas questionnaire`, as an author uses it on files (CONTRACT 1); the database is asked in tests/flow."""

import re
import shlex
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.commands.questionnaire import app
from cli.questionnaires.sources import FOLDER, questionnaire_of_file
from services.questionnaire.catalogue import load
from shared.contracts.questionnaires import all_questions, parts_of_check
from tests.unit.test_questionnaire_catalogue import DECREE_249

DRAFT = """
code: seasonings
version: 1
title_zh: 调味料问卷
title_en: Questionnaire on seasonings
product: {zh: 调味料, en: seasonings}
parts:
  "1":
    - include: common.country_and_authority
    - id: radiated
      kind: yes_no
      required: true
      text_zh: 是否使用辐照杀菌？
      text_en: Are the seasonings irradiated?
      help_zh: 只回答输华产品。
      help_en: Answer for what is sent to China.
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fas(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def a_draft(text: str = DRAFT, name: str = "seasonings.yaml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_the_catalogue_has_no_fault() -> None:
    assert (fas("check", "all").exit_code, fas("check", "all").stdout) == (0, "Nothing is wrong.\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DRAFT.replace("yes_no", "yesno"), "seasonings.yaml: part 1, question radiated: kind"),
        (DRAFT.replace("help_en", "hlep_en"), "help_en is missing: write it; hlep_en is no key of the format; is help_en meant?"),
        (DRAFT.replace("help_zh: 只回答输华产品。", "help_zh: ''"), "question radiated: help_zh is empty: write it"),
        (DRAFT.replace("是否使用辐照杀菌？", "Irradiated?"), "seasonings.yaml: seasonings.radiated: no Chinese in «Irradiated?»"),
        (DRAFT.replace("id: radiated", "id: Radiated"), "question Radiated: id is no name: small letters"),
        (DRAFT.replace("code: seasonings", "code: spices"), "code is spices, the file is named seasonings"),
        (DRAFT, "seasonings.yaml: seasonings: its parts are not 1, 2, 3, 4, 5, supplementary"),
        ("- a\n  b: {", "seasonings.yaml: not readable as YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_question_reason_and_way_out(text: str, said: str) -> None:
    checked = fas("check", a_draft(text))
    assert checked.exit_code == 1
    assert said in checked.stdout
    assert "docs/questionnaires.md says how" in checked.stderr


@pytest.mark.parametrize(
    ("kind", "limits", "said"),
    [
        ("number", "{minimum: x}", "limits, minimum should be a number, such as 5 or 0.5, not «x»"),
        ("number", "{maximum: '5'}", "limits, maximum is a text: take away the quotation marks around 5"),
        ("number", "{whole: perhaps}", "limits, whole should be true or false, not «perhaps»"),
        ("number", "{minimum: 9, maximum: 3}", "limits: nothing is both minimum 9 and maximum 3"),
        ("number", "{shortest: 3}", "limits: shortest is for other kinds: number has maximum, minimum, not_in_future, whole"),
        ("text", "{longest: 0}", "limits, longest should be 1 or more, not «0»"),
        ("text", "{pattern: x}", "limits: a pattern is said in words, too: write pattern, pattern_zh and pattern_en together"),
        ("date", "{earliest: 2020}", "limits, earliest should be a day, such as 2024-03-05, not «2020»"),
        ("date", "{earliest: 2020-13-01}", "«2020-13-01» is no day of the calendar"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_limits_is_said_in_an_authors_words(kind: str, limits: str, said: str) -> None:
    checked = fas("check", a_draft(DRAFT.replace("yes_no", kind) + f"      limits: {limits}\n"))

    assert checked.exit_code == 1, checked.exception
    assert said in checked.stdout
    assert not re.search(r"\.(int|float)\b|constrained|Input", checked.stdout)


def test_all_files_are_checked_though_one_is_wrong() -> None:
    one, other = a_draft(DRAFT.replace("yes_no", "yesno")), a_draft("code: [", "other.yaml")
    lines = fas("check", one, other, "nowhere.yaml", "notes.txt").stdout.splitlines()
    assert [line.split(": ")[0] for line in lines if ".yaml" in line or ".txt" in line][:1] == [
        "seasonings.yaml"
    ]
    assert any(line.startswith("other.yaml: not readable as YAML") for line in lines)
    assert "nowhere.yaml: can't be read: No such file or directory" in lines
    assert "notes.txt: is neither .yaml nor .xlsx" in lines


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(("lang", "said"), [("zh", "仅在以下情况填写："), ("en", "Only to be answered if: ")])
@pytest.mark.parametrize("code", ["meat", "animal_fats"])
def test_a_preview_is_one_page_with_every_question_and_fetches_nothing(
    code: str, lang: str, said: str
) -> None:
    assert fas("preview", code, "--lang", lang).stdout == f"{code}-{lang}.html: written.\n"
    text = Path(f"{code}-{lang}.html").read_text(encoding="utf-8")
    page = Tags(text)
    assert said in text
    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe"} == set()
    ids = {attributes.get("id") for tag, attributes in page.tags if tag == "article"}
    assert ids == {question.id for part in parts_of_check(load()[code]) for question in part.questions}


def test_what_is_there_is_not_written_over_unless_it_is_said() -> None:
    assert fas("preview", a_draft()).exit_code == 0
    again = fas("preview", "seasonings.yaml")
    assert (again.exit_code, again.stderr) == (
        1, "seasonings-zh.html is there already; --replace writes over it, --to names another file.\n"
    )  # fmt: skip
    assert fas("preview", "seasonings.yaml", "--replace").exit_code == 0
    assert fas("preview", "seasonings.yaml", "--to", "no/where.html").stderr == (
        "no/where.html can't be written: No such file or directory.\n"
    )


def test_a_questionnaire_is_taken_out_and_back_and_compared() -> None:
    assert fas("export", a_draft()).stdout == "seasonings.xlsx: written.\n"
    assert fas("import", "seasonings.xlsx", "--to", "back/seasonings.yaml").exit_code == 1
    Path("back").mkdir()
    assert fas("import", "seasonings.xlsx", "--to", "back/seasonings.yaml").exit_code == 0
    assert fas("diff", "seasonings.yaml", "back/seasonings.yaml").stdout.endswith("The two are the same.\n")
    assert fas("diff", "seasonings.xlsx", "back/seasonings.yaml").stdout.endswith("The two are the same.\n")

    a_draft(DRAFT.replace("yes_no", "text"))
    told = fas("diff", "back/seasonings.yaml", "seasonings.yaml").stdout
    assert "kind: yes_no → text" in told
    assert "answers are lost: the kind was yes_no and is text" in told


def test_what_is_no_questionnaire_is_told_with_what_may_be_given() -> None:
    assert (
        "There is no questionnaire beef. Give a file (.yaml or .xlsx), one of animal_fats, aquatic"
        in fas("export", "beef").stderr
    )
    assert fas("diff", "meat").stderr == "Name two questionnaires, or one and --stored.\n"
    assert (
        fas("diff", "meat", "dairy", "--stored").stderr == "Name two questionnaires, or one and --stored.\n"
    )
    assert fas("import", "nowhere.xlsx").stderr == "nowhere.xlsx can't be read: No such file or directory\n"


def test_a_file_beside_a_common_file_of_its_own_includes_from_that() -> None:
    common = (
        (FOLDER / "common.yaml").read_text(encoding="utf-8").replace("title_zh: 基本信息", "title_zh: 概况")
    )
    Path("common.yaml").write_text(common, encoding="utf-8")
    fas("preview", a_draft())
    assert "第1部分 概况" in Path("seasonings-zh.html").read_text(encoding="utf-8")


PAPER = Path(__file__).parents[2] / "docs/questionnaires.md"
EXAMPLE = Path("services/questionnaire/catalogue/vegetables.yaml")
NEEDS_A_DATABASE = ("--stored", "meat@1")


def test_the_guide_to_writing_one_is_true_command_by_command() -> None:
    """Its example has no fault, and each command does what is said there; those of the database are run in tests/flow."""
    blocks = re.findall(r"```(yaml|sh)\n(.*?)```", PAPER.read_text(encoding="utf-8"), re.DOTALL)
    shutil.copytree(FOLDER, EXAMPLE.parent, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    first, whole = [text for kind, text in blocks if kind == "yaml"]
    EXAMPLE.write_text(first, encoding="utf-8")
    assert "its parts are not 1, 2, 3, 4, 5, supplementary" in fas("check", str(EXAMPLE)).stdout
    EXAMPLE.write_text(whole, encoding="utf-8")

    commands = [line for kind, text in blocks if kind == "sh" for line in text.splitlines()]
    assert len(commands) > 8
    for command in commands:
        words = shlex.split(command)
        assert words[:2] == ["fas", "questionnaire"], command
        if not any(word in command for word in NEEDS_A_DATABASE):
            ran = fas(*words[2:])
            assert ran.exit_code == 0, (command, ran.stdout, ran.stderr)
    example = questionnaire_of_file(EXAMPLE)[0]
    given = {question.id.partition(".")[2] for question in all_questions([example])}
    assert {item: wanted - given for item, wanted in DECREE_249.items() if not wanted <= given} == {}
    assert fas("diff", str(EXAMPLE), "vegetables.yaml").stdout.endswith("The two are the same.\n")
    assert Path("vegetables-zh.pdf").read_bytes().startswith(b"%PDF")
