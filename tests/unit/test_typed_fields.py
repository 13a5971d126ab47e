"""What is typed is what is sent: one rule for the texts, telephones, addresses and numbers of every form (DOMAIN 1.8)."""

from collections.abc import Callable, Iterable

import pytest

from services.consultation.checks import reply_faults
from services.intake.checks import application_faults, check_faults
from services.portal.identity.account_checks import name_faults
from services.questionnaire.checks import check_answer
from services.questionnaire.rectification import rectification_faults
from shared.contracts.documents.files import StoredFile
from shared.contracts.faults import FieldFault
from shared.contracts.numbers import number_of
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, Phone, ThreeTexts
from shared.contracts.questionnaires import Answer, Question, QuestionKind
from shared.contracts.reading import email_address, is_email, phone_digits
from shared.contracts.text_checks import of_what_is_filled_in

LETTER = [StoredFile({"purpose": "application_letter"})]
QUESTION = Question(
    id="aquatic.one", kind=QuestionKind.LONG_TEXT, required=True, text_zh="题", text_en="Question", help_zh="说明",
    help_en="Help",
)  # fmt: skip
Check = Callable[[str], Iterable[FieldFault]]


def application(**fields: str) -> list[FieldFault]:
    form = ApplicationForm(
        category="aquatic", specific=("wild",), department="d", overview="o", contact=contact()
    )
    return application_faults(form.model_copy(update=fields), LETTER)


def contact(**fields: str) -> Contact:
    return Contact(
        **({"name": "n", "title": "t", "email": "a@example.org"} | fields), phone=Phone(number="5550100")
    )


def answered(value: str, note: str = "") -> list[FieldFault]:
    return check_answer(QUESTION, Answer(value=value, note=note))


FIELDS: dict[str, Check] = {
    "department": lambda text: application(department=text),
    "overview": lambda text: application(overview=text),
    "contact.name": lambda text: check_faults(CheckForm(contact=contact(name=text)), []),
    "contact.title": lambda text: check_faults(CheckForm(contact=contact(title=text)), []),
    "statement": lambda text: rectification_faults(text, [StoredFile({})]),
    "text_zh": lambda text: reply_faults(ThreeTexts(text_zh=text), []),
    "text_other": lambda text: reply_faults(ThreeTexts(text_zh="x", text_other=text), []),
    "name_en": lambda text: name_faults({"name_en": text}),
    "name_zh": lambda text: name_faults({"name_zh": text}),
    "aquatic.one": answered,
}
MAY_BE_EMPTY = ("text_other", "aquatic.one")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1f", "\ufffe", "\uffff"])
def test_what_customs_can_not_be_sent_is_refused_by_name_in_every_field(field: str, sign: str) -> None:
    (fault,) = FIELDS[field](f"a{sign}b")

    assert (fault.field, fault.code) == (field, "forbidden_character")
    assert f"U+{ord(sign):04X}" in fault.message_zh
    assert f"U+{ord(sign):04X}" in fault.message_en


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in MAY_BE_EMPTY])
@pytest.mark.parametrize("unseen", ["", " \u3000\u00a0", "\u200b", "\u3164", "\u200f"])
def test_a_required_text_needs_a_visible_character(field: str, unseen: str) -> None:
    (fault,) = FIELDS[field](unseen)

    assert (fault.field, fault.code) == (field, "required")


@pytest.mark.parametrize("sign", ["\x01", "\ufffe"])
def test_a_note_is_checked_like_its_answer(sign: str) -> None:
    (fault,) = answered("fine", note=f"a{sign}b")

    assert fault.code == "forbidden_character"


def test_every_form_keeps_texts_composed_and_with_plain_line_ends() -> None:
    typed, stored = "Cafe\u0301\x0bone\r\ntwo", "Café\none\ntwo"

    form = ApplicationForm(department=typed, overview=typed, contact=Contact(name=typed, title=typed))

    assert (form.department, form.overview, form.contact.name, form.contact.title) == (stored,) * 4
    assert CheckForm(department=typed).department == stored
    assert ThreeTexts(text_zh=typed, text_en=typed, text_other=typed) == ThreeTexts(
        text_zh=stored, text_en=stored, text_other=stored
    )
    assert Answer(value=typed, note=typed) == Answer(value=stored, note=stored)
    assert Answer(value=({"c0": typed},)).value == ({"c0": stored},)


@pytest.mark.parametrize("field", ["department", "overview"])
def test_half_a_character_is_no_text(field: str) -> None:
    with pytest.raises(ValueError, match=r"U\+D800"):
        ApplicationForm.model_validate({field: "a\ud800"})


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("555 01-00", "5550100"), ("+297", "297"), ("５５５０１００", "5550100"), ("\u200e555", "555"),
        ("(012) 12.34", "0121234"), ("+49 (0)30", "+49 (0)30"), ("12\u221234\u2013", "1234"), (" ", ""),
        ("ext 5", "ext 5"), ("555+1", "555+1"),
    ],
)  # fmt: skip
def test_a_telephone_is_read_generously(typed: str, understood: str) -> None:
    assert phone_digits(typed) == understood
    assert Phone(number=typed).number == understood


def test_a_telephone_needs_a_number_alone_and_no_country() -> None:
    assert check_faults(CheckForm(contact=contact()), []) == []
    (fault,) = check_faults(
        CheckForm(contact=contact().model_copy(update={"phone": Phone(country="297")})), []
    )
    assert (fault.field, fault.code) == ("contact.phone.number", "required")


def test_a_telephone_that_is_none_says_what_to_do() -> None:
    phone = Phone(number="555 ext 5")
    (fault,) = check_faults(CheckForm(contact=contact().model_copy(update={"phone": phone})), [])

    assert (fault.field, fault.code) == ("contact.phone.number", "malformed")
    assert "extension" in fault.message_en


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("<a@example.com>", "a@example.com"), ("mailto:a@example.com", "a@example.com"), ("a\u200b@ex.com", "a@ex.com"),
        (" a@ex.com\u202c ", "a@ex.com"), ("a\u00ad@ex.com", "a@ex.com"), ("a＠ex.com", "a@ex.com"),
        ("234@13.con", "234@13.con"),
    ],
)  # fmt: skip
def test_an_address_is_read_without_what_was_pasted_around_it(typed: str, understood: str) -> None:
    assert email_address(typed) == understood
    assert is_email(understood)


@pytest.mark.parametrize(
    "typed", ["nonsense", "a@b..com", "a@@b.com", ".a@b.com", "a.@b.com", "a@b.com.", "a b@c.de", "a@b"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    (fault,) = check_faults(CheckForm(contact=contact(email=typed)), [])

    assert (fault.field, fault.code) == ("contact.email", "malformed")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,234.5", 1234.5), ("1,234,567", 1234567), ("1 234", 1234), ("１２", 12), ("\u22125", -5), ("0.00005", 5e-05),
        ("+7", 7), ("1,234", None), ("1.234,5", None), ("1,23", None), ("1e5", None), ("", None), ("12a", None),
    ],
)  # fmt: skip
def test_a_number_is_read_generously_and_never_guessed(typed: str, number: float | None) -> None:
    assert number_of(typed) == number


def test_a_draft_is_told_what_is_wrong_and_not_what_is_missing() -> None:
    faults = application_faults(ApplicationForm(overview="o" * 2049, contact=Contact(email="nonsense")), [])

    told = of_what_is_filled_in(faults)

    assert [(fault.field, fault.code) for fault in told] == [
        ("contact.email", "malformed"), ("overview", "too_long"),
    ]  # fmt: skip
