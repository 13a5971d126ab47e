"""The command line `fas`, as an operator and a deployment use it (CONTRACT 1)."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.portal.identity import accounts, authorities
from services.questionnaire.catalogue import load
from shared.contracts.collections import QUESTIONNAIRES
from shared.contracts.documents.people import Account
from shared.contracts.times import CHINA
from shared.lifecycle.authorities import find_authority
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.clock import now
from shared.runtime.store import Store
from simulator.customs_xml import ReceiptDraft, enveloped, write_receipt
from tests.api_client import World
from tests.spellings import as_jaxb

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str


async def fas(environment: dict[str, str], *words: str, given: str = "") -> Ran:
    """Run `fas` with these settings and this standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", *words, env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(given.encode())
    return Ran(process.returncode or 0, out.decode(), err.decode())


async def test_an_operator_gives_out_disables_and_enables_an_account(
    environment: dict[str, str], store: Store
) -> None:
    authority = ("--code", "CL-01", "--country", "AW", "--name-zh", "阿鲁巴", "--name-en", "Aruba")
    added = await fas(
        environment, "authority", "add", *authority, "--scope", "aquatic", "--scope", "meat.beef"
    )
    assert (added.status, "farmed, wild, beef" in added.out) == (0, True), added

    officer = ("--username", "cl.officer", "--role", "officer", "--authority", "CL-01", "--password-stdin")
    given = await fas(environment, "account", "add", *officer, given=f"{PASSWORD}\n")
    assert given.status == 0, given
    assert isinstance(await accounts.verify(store, "cl.officer", PASSWORD), Account)

    assert (await fas(environment, "account", "disable", "cl.officer")).status == 0
    assert await accounts.verify(store, "cl.officer", PASSWORD) is accounts.Denied.DISABLED
    assert (await fas(environment, "account", "enable", "cl.officer")).status == 0
    again = await fas(
        environment, "account", "reset-password", "cl.officer", "--password-stdin", given="another password!"
    )
    assert again.status == 0, again
    assert isinstance(await accounts.verify(store, "cl.officer", "another password!"), Account)


async def test_what_is_done_at_the_command_line_is_on_the_audit_trail_too(
    environment: dict[str, str], store: Store
) -> None:
    officer = ("--username", "cl.audited", "--role", "operator", "--password-stdin")
    assert (await fas(environment, "account", "add", *officer, given=f"{PASSWORD}\n")).status == 0
    assert (await fas(environment, "account", "disable", "cl.audited")).status == 0
    assert (await fas(environment, "account", "disable", "cl.nobody")).status == 1

    trail = await store.collection("audit").find(
        {"subject": {"$in": ["cl.audited", "cl.nobody"]}}, sort=[("_id", 1)]
    )
    assert [(each["action"], each["subject"], each["outcome"], each["detail"]) for each in trail] == [
        ("add_account", "cl.audited", "done", ""), ("disable_account", "cl.audited", "done", ""),
        ("disable_account", "cl.nobody", "refused", "unknown_account"),
    ]  # fmt: skip
    assert {each["by"].split(":")[0] for each in trail} == {"fas"}


async def test_lists_come_as_an_aligned_table_and_as_json(environment: dict[str, str], store: Store) -> None:
    await authorities.add_authority(store, "CL-02", "NZ", "新西兰", "New Zealand", ["dairy"])

    table = (await fas(environment, "authority", "list")).out.splitlines()
    listed = json.loads((await fas(environment, "authority", "list", "--json")).out)

    assert table[0].split() == ["CODE", "COUNTRY", "NAME_ZH", "NAME_EN", "SCOPE"]
    assert any(line.startswith("CL-02") for line in table)
    assert [each["scope"] for each in listed if each["code"] == "CL-02"] == [
        ["infant_formula", "pasteurised_and_other"]
    ]


async def test_a_refusal_is_one_sentence_and_status_1(environment: dict[str, str]) -> None:
    refused = await fas(environment, "account", "add", "--username", "x.y", "--role", "officer", "--password-stdin",
                        given="short")  # fmt: skip
    assert (refused.status, refused.out) == (1, "")
    assert all(name in refused.err for name in ("password", "authority")), refused.err
    assert "Traceback" not in refused.err


async def test_an_authoritys_name_is_kept_and_checked_as_every_text_is(
    environment: dict[str, str], store: Store
) -> None:
    head = ("authority", "add", "--country", "AW", "--scope", "aquatic", "--name-zh", "阿鲁巴")
    added = await fas(environment, *head, "--code", "CL-TEXT", "--name-en", "Cafe\u0301\x0bAruba")
    assert added.status == 0, added
    found = await find_authority(store, "CL-TEXT")
    assert found is not None
    assert found.name_en == "Café\nAruba"

    for name, said in (("\u200b", "required"), ("a\x01b", "U+0001"), (os.fsdecode(b"caf\xe9"), "U+DCE9")):
        refused = await fas(environment, *head, "--code", "CL-ODD", "--name-en", name)
        assert refused.status == 1, refused
        assert said in refused.err
        assert "Traceback" not in refused.err
    odd = await fas(environment, *head, "--code", os.fsdecode(b"\xff"), "--name-en", "x")
    assert (odd.status, "Traceback" in odd.err) == (1, False), odd


async def test_a_country_is_one_of_customs_list_and_can_be_corrected(
    environment: dict[str, str], store: Store
) -> None:
    head = (
        "authority",
        "add",
        "--scope",
        "aquatic",
        "--name-zh",
        "中文",
        "--name-en",
        "English",
        "--code",
        "CL-TW",
    )
    for wrong, near in (("CN", "TW (Taiwan, China)"), ("XK", "SK (Slovakia)"), ("Aruba", "AW (Aruba)")):
        refused = await fas(environment, *head, "--country", wrong)
        assert (refused.status, near in refused.err) == (1, True), refused
    assert (await fas(environment, *head, "--country", "TW")).status == 0

    corrected = await fas(environment, "authority", "country", "CL-TW", "HK")
    assert (corrected.status, "中国香港-Hong Kong, China" in corrected.out) == (0, True), corrected
    found = await find_authority(store, "CL-TW")
    assert found is not None
    assert found.country == "HK"
    assert (await fas(environment, "authority", "country", "CL-TW", "EA")).status == 1
    assert (await fas(environment, "authority", "country", "NOBODY", "HK")).status == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FAS_MONGO_URL", "", "FAS_MONGO_URL is missing"),
        ("FAS_MONGO_URL", "redis://127.0.0.1", "FAS_MONGO_URL is malformed"),
        ("FAS_PORTAL_PORT", "many", "FAS_PORTAL_PORT is malformed"),
    ],
)
async def test_a_malformed_setting_is_named_in_one_sentence(
    environment: dict[str, str], name: str, value: str, said: str
) -> None:
    ran = await fas(environment | {name: value}, "account", "list")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


async def test_a_service_that_does_not_exist_is_refused_with_those_that_do(
    environment: dict[str, str],
) -> None:
    ran = await fas(environment, "serve", "post_office")
    assert ran.status == 1
    assert "customs_gateway" in ran.err


async def test_a_file_is_sent_as_it_is_parked_shown_and_dismissed(
    environment: dict[str, str], world: World, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.xml"
    file.write_bytes(
        write_receipt(
            ReceiptDraft("CLI-1", "APPROVED", "202611999999999999", "announcement", now().astimezone(CHINA))
        )
    )

    sent = await fas(environment, "customs", "send", str(file))
    assert (sent.status, sent.out) == (0, f"{file}: confirmed\n")
    assert (await world.customs.ack_of("CLI-1")).reason == "wrong_stage"

    listed = json.loads((await fas(environment, "receipts", "list", "--state", "parked", "--json")).out)
    assert "CLI-1" in [each["id"] for each in listed]
    shown = await fas(environment, "receipts", "show", "CLI-1")
    assert "wrong_stage" in shown.out
    assert file.read_text() in shown.out

    dismissed = await fas(environment, "receipts", "dismiss", "CLI-1", "--why", "sent by a test")
    assert dismissed.status == 0, dismissed
    assert "dismiss sent by a test" in (await fas(environment, "receipts", "show", "CLI-1")).out
    once_more = await fas(environment, "receipts", "dismiss", "CLI-1", "--why", "again")
    assert (once_more.status, "dismissed" in once_more.err) == (1, True)


async def test_a_file_in_any_encoding_and_envelope_is_sent_applied_and_shown_as_text(
    environment: dict[str, str], world: World, tmp_path: Path
) -> None:
    number, _ = await world.submitted()
    receipt = ReceiptDraft(
        "CLI-16", "ACCEPTED", number, "application", now().astimezone(CHINA), body={"Opinion": "已受理"}
    )
    text = as_jaxb(write_receipt(receipt)).decode().replace("UTF-8", "UTF-16")
    (tmp_path / "jaxb.xml").write_bytes(text.encode("utf-16"))
    (tmp_path / "envelope.xml").write_bytes(enveloped(text.encode("utf-16")))

    for nth, (name, outcome) in enumerate((("jaxb.xml", "APPLIED"), ("envelope.xml", "DUPLICATE")), 1):
        sent = await fas(environment, "customs", "send", str(tmp_path / name))
        assert sent.status == 0, sent
        assert (await world.customs.ack_of("CLI-16", nth=nth)).outcome == outcome
    assert "<ns2:Opinion>已受理</ns2:Opinion>" in (await fas(environment, "receipts", "show", "CLI-16")).out
    shown = await world.operator.ask("GET", "/ops/receipts/CLI-16")
    assert shown["raw"] == text


async def test_a_check_for_an_authority_that_was_missing_is_replayed_once_it_is_there(
    environment: dict[str, str], world: World, store: Store
) -> None:
    message_id = await world.customs.send_check("CL-77")
    assert (await world.customs.ack_of(message_id)).reason == "unknown_authority"
    await authorities.add_authority(store, "CL-77", "AW", "阿鲁巴", "Aruba", ["aquatic"])

    replayed = await fas(environment, "receipts", "replay", message_id)

    assert replayed.status == 0, replayed
    assert (await world.customs.ack_of(message_id, nth=2)).outcome == "APPLIED"
    shown = json.loads((await fas(environment, "receipts", "show", message_id, "--json")).out)
    assert (shown["state"], shown["replays"], shown["audit"][0]["what"]) == ("applied", 1, "replay")


async def test_what_is_not_a_file_is_not_sent(environment: dict[str, str], tmp_path: Path) -> None:
    ran = await fas(environment, "customs", "send", str(tmp_path / "nothing.xml"))
    assert (ran.status, "does not exist" in ran.err) == (2, True)


async def test_an_author_compares_with_what_the_database_has(
    environment: dict[str, str], store: Store
) -> None:
    """CONTRACT 1, `fas questionnaire`: by `--stored` and by CODE@VERSION; the services stored the present versions."""
    repository = QuestionnaireRepository(store)
    await repository.publish(load().values())
    version = load()["malt"].version
    same = await fas(environment, "questionnaire", "diff", "malt", "--stored")
    assert (same.status, same.out.splitlines()[-1]) == (0, "The two are the same."), same
    named = await fas(environment, "questionnaire", "diff", f"malt@{version}", "malt")
    assert named.out == same.out
    there_is = f"there is {', '.join(f'malt@{each}' for each in repository.versions('malt'))}."
    for wrong in ("malt@99", "malt@first"):
        unknown = await fas(environment, "questionnaire", "diff", wrong, "malt")
        assert (unknown.status, f"{wrong} is not stored in the database" in unknown.err) == (1, True), unknown
        assert unknown.err.rstrip().endswith(there_is), unknown
    never = await fas(environment, "questionnaire", "diff", "seasonings@1", "malt")
    assert "No version of seasonings is stored" in never.err, never


async def test_nothing_is_prepared_where_a_questionnaire_was_changed_without_a_version(
    environment: dict[str, str], store: Store
) -> None:
    stored = store.collection(QUESTIONNAIRES.name)
    kept = await stored.find_one({"_id": (name := f"malt@{load()['malt'].version}")})
    assert kept is not None
    try:
        await stored.update_one({"_id": name}, {"$set": {"title_en": "Another title"}})
        refused = await fas(environment, "prepare")
        assert refused.status == 1, refused
        assert "The questionnaire malt was changed, and is still called version" in refused.err
        assert "title_en" in refused.err
        assert "Traceback" not in refused.err
    finally:
        await stored.update_one({"_id": name}, {"$set": {"title_en": kept["title_en"]}})
    assert (await fas(environment, "prepare")).status == 0
