"""What happened in a case, as sentences with somebody who did something. Pure."""

from shared.bilingual import Bilingual
from shared.contracts.documents.cases import TimelineEntry
from shared.contracts.vocabulary import CAUSE_SENTENCES, Stage, Status
from shared.lifecycle.stages import STAGE_LABELS

_SUBMITTED = STAGE_LABELS | {
    Stage.APPLICATION: Bilingual("申请", "the application"),
    Stage.ACCEPTANCE: Bilingual("对检查的答复", "the answer to the check"),
    Stage.QUESTIONNAIRE: Bilingual("问卷", "the questionnaire"),
    Stage.EVALUATION: Bilingual("整改材料", "the rectification"),
    Stage.PROTOCOL_CONSULTATION: Bilingual("议定书磋商答复", "the reply on the protocol"),
    Stage.CERTIFICATE_CONSULTATION: Bilingual("官方证书磋商答复", "the reply on the certificate"),
}
"""What an authority submits in a stage."""
_CONSULTED = STAGE_LABELS | {
    Stage.PROTOCOL_CONSULTATION: Bilingual("议定书", "the protocol"),
    Stage.CERTIFICATE_CONSULTATION: Bilingual("官方证书", "the certificate"),
}
_ENDED = {
    Status.APPROVED: Bilingual("案件已办结：审核通过。", "The case is closed: approved."),
    Status.NOT_APPROVED: Bilingual("案件已办结：审核不通过。", "The case is closed: not approved."),
}


def sentence_of(entry: TimelineEntry) -> Bilingual:
    """A movement as a sentence, with who did it where it was an officer."""
    if entry.stage is Stage.COMPLETED:
        return _ENDED[entry.status]
    said = CAUSE_SENTENCES[entry.cause]
    what, text = _SUBMITTED[entry.stage], _CONSULTED[entry.stage]
    return Bilingual(
        said.zh.format(by=entry.by, what=what.zh, text=text.zh),
        said.en.format(by=entry.by, what=what.en, text=text.en),
    )
