"""What may be chosen of the news, in words."""

from shared.bilingual import Bilingual
from shared.contracts.news import NewsEvent, Rhythm

EVENTS = {
    NewsEvent.OUR_TURN: Bilingual(
        "海关有新的要求，轮到我方处理", "Customs asks for something: it is our turn"
    ),
    NewsEvent.REMINDER: Bilingual(
        "期限临近（90、30、7、1天前）", "A time limit comes near: 90, 30, 7 and 1 days before"
    ),
    NewsEvent.FROM_CUSTOMS: Bilingual("海关的其他进展", "Any other step of customs"),
    NewsEvent.ENDED: Bilingual("案件已办结或不予受理", "A case has ended, or was not accepted"),
    NewsEvent.OURS: Bilingual(
        "我方的操作及提交的送达情况", "What we did ourselves, and how our submissions travel"
    ),
}
RHYTHMS = {
    Rhythm.OFF: Bilingual("不发邮件", "No e-mail"),
    Rhythm.AT_ONCE: Bilingual("立即", "At once"),
    Rhythm.DAILY: Bilingual("每日一封摘要", "One digest a day"),
    Rhythm.WEEKLY: Bilingual("每周一封摘要（周一）", "One digest a week, on Mondays"),
}
