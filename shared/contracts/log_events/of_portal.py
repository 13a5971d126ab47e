"""Events of the portal: who signs in, what is asked and answered."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ERROR, INFO, PORTAL, WARNING, LogEvent

PEOPLE = (
    LogEvent(
        "signed_in",
        (INFO,),
        PORTAL,
        ("user",),
        Bilingual("登录", "Signed in"),
        Bilingual("某账户登录成功。", "Somebody has signed in."),
    ),
    LogEvent(
        "sign_in_refused",
        (WARNING,),
        PORTAL,
        ("reason", "address", "user"),
        Bilingual("登录被拒", "Sign-in refused"),
        Bilingual(
            "口令或验证码有误、账户停用、尝试过多或过忙；用户名只在账户存在时记录。",
            "A wrong password or code, a disabled account, too many attempts, or too many at once. "
            "The username is named only where there is such an account.",
        ),
        Bilingual(
            "同一地址大量出现时，在代理处限制该地址。", "Many from one address: have the proxy keep it out."
        ),
    ),
    LogEvent(
        "password_changed",
        (INFO,),
        PORTAL,
        ("user",),
        Bilingual("修改口令", "Password changed"),
        Bilingual(
            "某人修改了自己的口令，其他会话随即结束。",
            "Somebody has changed their password; their other sessions ended.",
        ),
    ),
    LogEvent(
        "second_factors_unreadable",
        (ERROR,),
        PORTAL,
        ("count",),
        Bilingual("两步验证密钥无法读取", "Second factors unreadable"),
        Bilingual(
            "这些账户的两步验证密钥由不再列出的FAS_SECRET_KEY加密，验证码无法通过。",
            "The secrets of so many accounts were encrypted with a FAS_SECRET_KEY that is named no more; "
            "their codes are refused.",
        ),
        Bilingual(
            "将旧密钥列在新密钥之后并重启门户；密钥已丢失的，执行`fas account reset-second-factor`。",
            "Name the old key behind the new one and restart the portal; where it is lost, `fas account reset-second-factor`.",
        ),
        "certificates",
    ),
    LogEvent(
        "access_denied",
        (WARNING,),
        PORTAL,
        ("reason", "user", "role", "case_id", "case_no"),
        Bilingual("访问被拒", "Access denied"),
        Bilingual(
            "角色不符、案件属于另一主管当局（对方得到404）、须先修改密码或启用两步验证，或表单不是从本站提交。",
            "The role does not fit, the case is another authority's (who asked got a 404), another password or a second factor "
            "comes first, or a form did not come from this site.",
        ),
        Bilingual("同一账户反复出现时查明原因。", "Where one account goes on doing it, find out why."),
    ),
    LogEvent(
        "operator_acted",
        (INFO,),
        PORTAL,
        ("action", "subject", "user", "outcome"),
        Bilingual("运维人员操作", "Operator acted"),
        Bilingual("运维人员的操作，也记入审计。", "What an operator did; it is on the audit trail too."),
    ),
)
ANSWERS = (
    LogEvent(
        "http_answered",
        (INFO,),
        PORTAL,
        ("method", "route", "status", "duration_ms"),
        Bilingual("HTTP应答", "HTTP answered"),
        Bilingual(
            "一次请求的应答已开始；涉及案件时含其编号。",
            "The answer to a request has begun; where it is about a case, the line names it.",
        ),
    ),
    LogEvent(
        "request_put_off",
        (WARNING,),
        PORTAL,
        ("error", "dependency"),
        Bilingual("请求暂不能处理", "Request put off"),
        Bilingual(
            "某服务器不可用，访问者得到503，内容未丢失。",
            "A server is away; the visitor got a 503, and nothing was lost.",
        ),
        section="fasdependencydown",
    ),
    LogEvent(
        "request_failed",
        (ERROR,),
        PORTAL,
        ("method",),
        Bilingual("请求出错", "Request failed"),
        Bilingual("本系统的缺陷，访问者得到500。", "A fault of ours; the visitor got a 500."),
        Bilingual(
            "把`traceback`交给开发人员；访问者见到的编号即`correlation_id`。",
            "Give the `traceback` to the developers; the id that the visitor saw is the `correlation_id`.",
        ),
        "fashttperrors",
    ),
    LogEvent(
        "form_refused",
        (INFO,),
        PORTAL,
        ("errors",),
        Bilingual("表单不完整", "Form refused"),
        Bilingual("页面的地址或表单不完整。", "A page's address or form was not complete."),
    ),
    LogEvent(
        "served_without_https",
        (WARNING,),
        PORTAL,
        ("reason",),
        Bilingual("未使用HTTPS", "Served without https"),
        Bilingual("口令和会话可能未经加密传输。", "Passwords and sessions may travel unencrypted."),
        Bilingual(
            "按`reason`设置FAS_PUBLIC_URL与代理。", "Set FAS_PUBLIC_URL and the proxy as `reason` says."
        ),
        "certificates",
    ),
    LogEvent(
        "assets_missing",
        (WARNING,),
        PORTAL,
        ("reason",),
        Bilingual("缺少页面资源", "Assets missing"),
        Bilingual("页面的样式和脚本未安装。", "Styles and scripts of the pages are not installed."),
        Bilingual("执行`reason`所示命令。", "Run what `reason` says."),
    ),
)
FILES = (
    LogEvent(
        "questionnaire_printed",
        (INFO,),
        PORTAL,
        ("case_id", "case_no", "size"),
        Bilingual("打印问卷", "Questionnaire printed"),
        Bilingual("经办人下载了问卷的PDF。", "An officer has had the questionnaire as PDF."),
    ),
    LogEvent(
        "printing_ended",
        (WARNING,),
        PORTAL,
        ("characters", "signal"),
        Bilingual("打印被中止", "Printing ended"),
        Bilingual(
            "打印用尽了时间或内存，经办人得知内容过长。",
            "Printing took too much time or memory; the officer was told that the text is too long.",
        ),
    ),
    LogEvent(
        "fonts_missing",
        (ERROR,),
        PORTAL,
        ("packages",),
        Bilingual("缺少字体", "Fonts missing"),
        Bilingual("打印所需字体未安装。", "The fonts that printing needs are not installed."),
        Bilingual("安装`packages`所列软件包。", "Install the packages that `packages` names."),
    ),
    LogEvent(
        "answers_taken",
        (INFO,),
        PORTAL,
        ("case_id", "case_no", "taken", "confirmed"),
        Bilingual("沿用以往回答", "Earlier answers taken"),
        Bilingual(
            "经办人沿用了本主管当局以往案件中的回答。",
            "An officer took answers from earlier cases of the authority.",
        ),
    ),
    LogEvent(
        "workbook_exported",
        (INFO,),
        PORTAL,
        ("case_id", "case_no", "size"),
        Bilingual("导出工作簿", "Workbook exported"),
        Bilingual("经办人下载了问卷工作簿。", "An officer has had the questionnaire as a workbook."),
    ),
    LogEvent(
        "workbook_imported",
        (INFO,),
        PORTAL,
        ("case_id", "case_no", "taken", "unchanged", "refused"),
        Bilingual("导入工作簿", "Workbook imported"),
        Bilingual("填好的工作簿已读入。", "A filled workbook was read."),
    ),
    LogEvent(
        "workbook_refused",
        (INFO,),
        PORTAL,
        ("reason", "status"),
        Bilingual("工作簿被拒", "Workbook refused"),
        Bilingual("文件不是可读的工作簿。", "The file is no workbook that can be read."),
    ),
)
_MAIL = ("entry", "user", "attempts")
MAILS = (
    LogEvent(
        "mail_sent",
        (INFO,),
        PORTAL,
        (*_MAIL, "outcome"),
        Bilingual("邮件已发送", "E-mail sent"),
        Bilingual(
            "邮件服务器已收下一封通知邮件；地址与内容从不记录。",
            "The mail server has taken an e-mail of news. Addresses and texts are never logged.",
        ),
    ),
    LogEvent(
        "mail_put_off",
        (WARNING,),
        PORTAL,
        (*_MAIL, "outcome"),
        Bilingual("邮件推迟", "E-mail put off"),
        Bilingual(
            "邮件服务器不应答、暂不接收（`outcome`为away），或未说明是否收到（unknown）；稍后重试。",
            "The mail server does not answer or takes nothing now (`outcome` away), or did not say whether it has it "
            "(unknown); it is tried again.",
        ),
        Bilingual(
            "持续出现时检查邮件服务器及FAS_SMTP_…。",
            "Where it goes on, look at the mail server and FAS_SMTP_….",
        ),
        "fasmailswaiting",
    ),
    LogEvent(
        "mail_parked",
        (ERROR,),
        PORTAL,
        (*_MAIL, "outcome"),
        Bilingual("邮件搁置", "E-mail parked"),
        Bilingual(
            "邮件服务器拒收（`outcome`为refused），或近三天内一直未能发出。",
            "The mail server refuses it (`outcome` refused), or it could not be sent for nearly three days.",
        ),
        Bilingual("在“邮件”页面重发或作废。", "Send it again or put it aside on the page «E-mails»."),
        "fasmailsparked",
    ),
    LogEvent(
        "mail_perhaps_twice",
        (WARNING,),
        PORTAL,
        _MAIL,
        Bilingual("邮件可能重复", "E-mail perhaps sent twice"),
        Bilingual(
            "上次发送时进程中断，不知邮件是否送达；以相同的Message-ID再次发送。",
            "The process that sent it ended before it was known whether it arrived; it is sent again with the same "
            "Message-ID.",
        ),
    ),
)
