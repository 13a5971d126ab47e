"""What customs and the services send to the gateway in these tests."""

from shared.contracts.events import ReplySubmission, SubmissionDeclared
from shared.contracts.parts import ThreeTexts
from shared.contracts.vocabulary import Stage
from tests.property.scheduler import START

CASES = ("202511000000025267", "202511000000025268")


def a_receipt(message_id: str, case_no: str, type: str = "ACCEPTED") -> bytes:
    """A receipt about the application."""
    return f"""<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>{message_id}</MessageId>
<ReceiptType>{type}</ReceiptType><CaseNo>{case_no}</CaseNo><Stage>application</Stage><SenderID>GACC</SenderID>
<ReceiverID>FAS</ReceiverID><SendTime>2026-11-03T15:12:35+08:00</SendTime></Head><Body/></Receipt>""".encode()


def a_declaration(case_no: str, round: int) -> SubmissionDeclared:
    """A submission as the case tells it."""
    return SubmissionDeclared(
        declaration_id=f"{case_no}-{round}", case_id=case_no, case_no=case_no, authority="AW-01", round=round,
        stage=Stage.PROTOCOL_CONSULTATION, at=START, submission=ReplySubmission(texts=ThreeTexts(text_en="yes")),
    )  # fmt: skip
