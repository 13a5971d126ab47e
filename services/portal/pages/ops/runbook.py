"""The runbook within the portal: what the overview's findings lead to, in the operator's language."""

from functools import cache
from pathlib import Path

from fastapi import Request, Response

from services.portal.pages.language import Lang, said
from services.portal.pages.ops.markdown import Paper, read_paper
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from shared.bilingual import Bilingual

router = pages()
FOLDER = Path(__file__).parents[2] / "runbook"
TITLES = {
    "how-to-read-this-page": Bilingual("如何使用本页", "How to read this page"),
    "alerts": Bilingual("告警", "Alerts"),
    "parked-receipts": Bilingual("已搁置的回执", "Parked receipts"),
    "something-did-not-arrive": Bilingual("有报文未到", "Something did not arrive"),
    "customs-queue-is-full": Bilingual("海关队列已满", "Customs' queue is full"),
    "a-broker-node-is-away": Bilingual("消息服务器不可用", "A broker node is away"),
    "the-databases-primary-is-away": Bilingual("数据库主节点不可用", "The database's primary is away"),
    "the-object-store-is-away": Bilingual("对象存储不可用", "The object store is away"),
    "a-disk-is-full": Bilingual("磁盘已满", "A disk is full"),
    "a-poison-message": Bilingual("反复失败的消息", "A poison message"),
    "restore": Bilingual("恢复备份", "Restore"),
    "key-rotation": Bilingual("更换密钥", "Key rotation"),
    "certificates": Bilingual("证书", "Certificates"),
    "upgrading-a-server": Bilingual("升级服务器", "Upgrading a server"),
    "adding-an-authority": Bilingual("新增主管当局", "Adding an authority"),
}
"""What the sections are called; those of alerts are called as the rule is, in both languages."""
_IN_THE_OTHER_LANGUAGE = {
    "runbook.md": "/language/en?next=/ops/runbook",
    "runbook.zh-CN.md": "/language/zh?next=/ops/runbook",
}


@router.get("/ops/runbook")
async def runbook(request: Request, visit: VisitDep, user: VisitingOperatorDep) -> Response:
    """The whole of it; a section by its anchor, the same in both languages."""
    return await page(request, "ops/runbook.html", {"paper": paper_in(visit.lang)})


@cache
def paper_in(lang: Lang) -> Paper:
    """The runbook in a language; read once."""
    titles = {anchor: said(title, lang) for anchor, title in TITLES.items()}
    return read_paper(
        (FOLDER / f"{lang.value}.md").read_text(encoding="utf-8"), titles, lang, _IN_THE_OTHER_LANGUAGE
    )
