"""Events of every service: its life, its servers, its queues."""

from shared.bilingual import Bilingual
from shared.contracts.log_events.event import ALL, ERROR, INFO, STAGES, WARNING, LogEvent

_TO_DEVELOPERS = Bilingual("把`traceback`交给开发人员。", "Give the `traceback` to the developers.")
LIFE = (
    LogEvent(
        "service_ready",
        (INFO,),
        ALL,
        (),
        Bilingual("服务就绪", "Service ready"),
        Bilingual("服务已连上所有服务器并开始取消息。", "The service has reached every server and consumes."),
    ),
    LogEvent(
        "service_stopping",
        (INFO,),
        ALL,
        (),
        Bilingual("服务正在停止", "Service stopping"),
        Bilingual(
            "收到停止信号，或一部分自行结束（此前有`part_ended`或`cannot_start`）。",
            "It was told to stop, or a part of it ended (`part_ended` or `cannot_start` before).",
        ),
    ),
    LogEvent(
        "stopping_hurried",
        (WARNING,),
        ALL,
        ("error",),
        Bilingual("停止时有步骤未完成", "Stopping was hurried"),
        Bilingual(
            "停止的一步超时；未确认的消息会再次投递，无丢失。",
            "A step of stopping took too long; what was not acknowledged comes again, and nothing is lost.",
        ),
    ),
    LogEvent(
        "part_ended",
        (ERROR,),
        ALL,
        ("part",),
        Bilingual("服务的一部分结束", "A part ended"),
        Bilingual(
            "服务的一部分自行结束，进程随即以状态1退出。",
            "A part of the service ended by itself, and the process ends with status 1.",
        ),
        Bilingual(
            "查看`error`：端口被占用则另选；否则交开发人员。",
            "Read `error`: a port that is taken is to be another one; else it is for the developers.",
        ),
        "fasservicerestarting",
    ),
    LogEvent(
        "cannot_start",
        (ERROR,),
        ("questionnaire",),
        ("detail",),
        Bilingual("服务不能启动", "It can't start"),
        Bilingual(
            "安装的内容与已存内容矛盾，例如问卷改动而未升版本；进程以状态1退出，不写入任何内容。",
            "What is installed contradicts what is stored, such as a questionnaire that was changed and is still called "
            "the same version; the process ends with status 1, and nothing was written.",
        ),
        Bilingual(
            "`detail`写明问卷、版本、首要差异和办法；在解决之前退回上一版本。",
            "`detail` names the questionnaire, the version, the first differences and the way out; until then go back to the "
            "version before.",
        ),
        "fasservicerestarting",
    ),
    LogEvent(
        "state_not_read",
        (WARNING,),
        ALL,
        ("detail", "error"),
        Bilingual("未能读取指标", "State not read"),
        Bilingual(
            "因程序错误未能读取供监控的数量；相应指标暂缺。",
            "Sizes for monitoring (`detail`) could not be read, by a fault of ours; their gauges are missing.",
        ),
        Bilingual("若反复出现，请告知开发人员。", "Tell the developers if it goes on."),
        "fasstateunread",
    ),
    LogEvent(
        "clock_corrected",
        (WARNING,),
        ALL,
        ("seconds",),
        Bilingual("时钟偏差", "Clock corrected"),
        Bilingual(
            "本机时钟与数据库相差超过1秒，已按数据库校正。",
            "The machine's clock differs from the database's by more than a second; the database's counts.",
        ),
        Bilingual("在该主机上修复NTP。", "Put NTP right on that host."),
        "fasclockwrong",
    ),
    LogEvent(
        "library_warned",
        (INFO, WARNING, ERROR),
        ALL,
        ("detail",),
        Bilingual("程序库的消息", "A library warned"),
        Bilingual(
            "某程序库的警告；每种每分钟最多一次，服务器不可用期间为info。",
            "A warning of a library; each kind at most once a minute, and as information while a "
            "server is away.",
        ),
    ),
)
SERVERS = (
    LogEvent(
        "dependency_lost",
        (WARNING,),
        ALL,
        ("dependency", "error"),
        Bilingual("失去连接", "Dependency lost"),
        Bilingual(
            "某服务器或某服务不再应答；工作等待，无丢失。",
            "A server or a service does not answer any more; work waits, and nothing is lost.",
        ),
        Bilingual("恢复它；见运行手册。", "Bring it back; see the runbook."),
        "fasdependencydown",
    ),
    LogEvent(
        "dependency_back",
        (INFO,),
        ALL,
        ("dependency", "duration_ms"),
        Bilingual("恢复连接", "Dependency back"),
        Bilingual("它又应答了，工作自动继续。", "It answers again, and work goes on by itself."),
    ),
    LogEvent(
        "database_refused",
        (ERROR,),
        ALL,
        ("code", "error"),
        Bilingual("数据库拒绝", "Database refused"),
        Bilingual(
            "数据库有应答但不接受：磁盘已满、权限不足、无主节点；工作等待。",
            "The database answers but takes nothing: a full disk, no right, no primary. Work waits.",
        ),
        Bilingual("按`code`处理；见运行手册。", "By its `code`; see the runbook."),
        "fasdatabaserefuses",
    ),
    LogEvent(
        "outbox_kept",
        (WARNING,),
        STAGES,
        ("outcome", "key", "document"),
        Bilingual("事件未能发出", "Event kept in the outbox"),
        Bilingual(
            "消息服务器没有收下事件；它留在案件的发件箱中并重试。",
            "The broker did not take an event; it stays in the case's outbox and is tried again.",
        ),
        Bilingual(
            "`fas doctor`；队列缺失则`fas prepare`。",
            "`fas doctor`; where a queue is missing, `fas prepare`.",
        ),
        "fasoutboxstuck",
    ),
    LogEvent(
        "outbox_failed",
        (ERROR,),
        STAGES,
        ("document",),
        Bilingual("发件箱出错", "Outbox failed"),
        Bilingual(
            "本系统的缺陷；事件留在发件箱，会再试。",
            "A fault of ours; the events stay in the outbox and are tried again.",
        ),
        _TO_DEVELOPERS,
        "fasoutboxstuck",
    ),
    LogEvent(
        "search_words_failed",
        (ERROR,),
        STAGES,
        ("case_id",),
        Bilingual("检索词未写入", "Search words not written"),
        Bilingual(
            "本系统的缺陷；案件欠着检索词，会再试；此前按案件本身检索。",
            "A fault of ours; the case owes its words, which are tried again. Until then a search reads the case itself.",
        ),
        _TO_DEVELOPERS,
    ),
)
