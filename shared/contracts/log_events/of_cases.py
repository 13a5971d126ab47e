"""Events of the services that own stages, with intake's, questionnaire's and documents' own."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ERROR, GATEWAY, INFO, STAGES, WARNING, LogEvent

_ASKED = (*STAGES, *GATEWAY)
CASES = (
    LogEvent(
        "case_moved",
        (INFO,),
        STAGES,
        ("case_id", "case_no", "stage", "status_from", "status_to", "cause", "message_id"),
        Bilingual("案件变动", "Case moved"),
        Bilingual(
            "案件的状态由一次有条件的更新改写，事件随之发出；草稿尚无编号。",
            "One conditional update has changed the case's status, and its events go out. A draft "
            "has no number yet.",
        ),
    ),
    LogEvent(
        "cases_outdated",
        (WARNING,),
        ("intake",),
        ("remedy",),
        Bilingual("有旧形式的案件", "Cases of an earlier form"),
        Bilingual(
            "有案件仍是旧版本的形式；照常读取和变动，但可能搜索不到。",
            "Some cases have the form of an earlier version; they are read and moved as they are, and a search may miss them.",
        ),
        Bilingual("执行`fas migrate`。", "Run `fas migrate`."),
        "upgrading-a-server",
    ),
    LogEvent(
        "command_not_now",
        (WARNING,),
        _ASKED,
        ("error",),
        Bilingual("命令暂不能执行", "Command not carried out now"),
        Bilingual(
            "某服务器不可用；提交者得知“稍后再试”，内容未丢失。",
            "A server is away; whoever asked was told to try again, and nothing was lost.",
        ),
        section="fasdependencydown",
    ),
    LogEvent(
        "command_failed",
        (ERROR,),
        _ASKED,
        ("error",),
        Bilingual("命令出错", "Command failed"),
        Bilingual(
            "本系统的缺陷；未作任何更改，提交者得知出错。",
            "A fault of ours; nothing was changed, and whoever asked was told so.",
        ),
        Bilingual("把`traceback`交给开发人员。", "Give the `traceback` to the developers."),
        "fashttperrors",
    ),
    LogEvent(
        "check_outside_scope",
        (WARNING,),
        ("intake",),
        ("case_no", "case_id", "authority", "stage", "message_id", "outside_scope", "never_approved"),
        Bilingual("检查超出范围", "Check outside the scope"),
        Bilingual(
            "海关检查的产品不归该主管当局管辖，或此前从未批准；检查照常开始。",
            "Customs checks foods that the authority does not manage, or that were never approved "
            "here; the check begins all the same.",
        ),
        Bilingual(
            "与海关核对；必要时扩大主管当局的范围。",
            "Ask customs whether it is meant; widen the authority's scope where it is.",
        ),
        "adding-an-authority",
    ),
    LogEvent(
        "attachment_refused",
        (WARNING,),
        ("documents",),
        ("reason", "case_no"),
        Bilingual("附件被拒", "Attachment refused"),
        Bilingual(
            "经办人上传的或海关随回执寄来的文件未被接收；海关的回执以同一原因搁置。",
            "A file that an officer uploaded, or that came with a receipt, was not taken; the "
            "receipt is parked for the same reason.",
        ),
        Bilingual(
            "经办人已得知原因；海关的文件见搁置的回执。",
            "The officer was told why; for a file of customs see the parked receipt.",
        ),
        "fasreceiptsparked",
    ),
    LogEvent(
        "attachment_known",
        (INFO,),
        ("documents",),
        ("reason", "case_no"),
        Bilingual("附件已存", "Attachment known"),
        Bilingual(
            "同一附件同时被要求保存两次，只存一份。",
            "The same attachment was asked for twice at once and is kept once.",
        ),
    ),
    LogEvent(
        "orphans_removed",
        (INFO,),
        ("documents",),
        ("count",),
        Bilingual("清除残留上传", "Orphans removed"),
        Bilingual("删除了一小时前未完成的上传。", "Uploads that came to no end an hour ago were removed."),
    ),
)
