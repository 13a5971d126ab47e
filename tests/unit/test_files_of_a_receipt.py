"""A receipt's files are fetched together, kept in their order, and the first that can't be kept says why."""

import asyncio
from typing import Any, cast

import pytest

from services.customs_gateway.receipts.files import TOGETHER, Files
from services.customs_gateway.receipts.translation import Announced, IncomingReceipt
from shared.contracts.commands import KeepAttachment
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.parts import FileRef
from shared.contracts.replies import Refused, Reply
from shared.runtime.errors import DependencyUnavailable, MessageParked
from shared.runtime.objects import Objects

ENTRY = ReceiptEntry({"_id": "R-1", "case_no": "202511000000025267", "correlation_id": "c"})
BAD = Reply(refused=Refused(code="attachment_mismatch", detail="other bytes"))


class MemoryBucket:
    """An object store that takes everything."""

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        await asyncio.sleep(0)


class CountedDocuments:
    """Keeps files, the later ones sooner; what it is told to say of one by its number, it says."""

    def __init__(self, says: dict[int, Reply | DependencyUnavailable] | None = None) -> None:
        self._says, self.asked, self.open, self.most = says or {}, list[int](), 0, 0

    async def ask(self, queue: str, body: bytes, *, correlation_id: str) -> bytes:
        command = KeepAttachment.model_validate_json(body)
        number = int(command.name)
        self.asked.append(number)
        self.open += 1
        self.most = max(self.most, self.open)
        for _ in range(50 - number % 50):
            await asyncio.sleep(0)
        self.open -= 1
        kept = FileRef(id=command.attachment_id, name=command.name, media_type="", size=1, sha256="0" * 64)
        said = self._says.get(number, Reply(file=kept))
        if isinstance(said, DependencyUnavailable):
            raise said
        return said.model_dump_json().encode()


def receipt(count: int) -> IncomingReceipt:
    """A receipt with so many small files in it, named by their numbers."""
    files = (Announced(str(n), "application/pdf", 1, "0" * 64, None, b"x") for n in range(count))
    return IncomingReceipt({}, tuple(files))


async def kept(documents: CountedDocuments, count: int) -> list[str]:
    """The names of the files as they are kept."""
    files = Files(cast("Objects", MemoryBucket()), cast("Any", documents))
    return [file.name for file in await files.keep(ENTRY, receipt(count))]


async def test_two_hundred_files_are_fetched_together_and_stay_in_order() -> None:
    documents = CountedDocuments()

    assert await kept(documents, 200) == [str(number) for number in range(200)]
    assert documents.most == TOGETHER


@pytest.mark.parametrize("says", [{3: BAD, 9: DependencyUnavailable("documents", "away")}, {3: BAD, 40: BAD}])
async def test_the_first_file_that_is_not_what_was_announced_parks_the_receipt(
    says: dict[int, Reply | DependencyUnavailable],
) -> None:
    documents = CountedDocuments(says)

    with pytest.raises(MessageParked, match="other bytes"):
        await kept(documents, 200)

    assert max(documents.asked) < TOGETHER, "nothing more is asked for"


async def test_while_nobody_can_tell_of_an_earlier_file_the_receipt_waits() -> None:
    with pytest.raises(DependencyUnavailable):
        await kept(CountedDocuments({2: DependencyUnavailable("documents", "away"), 5: BAD}), 20)
