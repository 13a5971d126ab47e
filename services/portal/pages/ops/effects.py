"""What a change of an authority would do, as an operator reads it before."""

from collections.abc import Iterable

from services.portal.context import Portal
from services.portal.identity.accounts import list_accounts
from services.portal.identity.authorities import AuthorityForm
from shared.bilingual import Bilingual
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.documents.people import Authority

_NAMES = Bilingual(
    "经办人立即看到新名称；海关按代码识别主管当局，代码不变。",
    "Officers see the new name at once. Customs knows the authority by its code, which stays.",
)
_ADDED = Bilingual("今后可以申请：{foods}。", "From now on it may apply for: {foods}.")
_REMOVED = Bilingual(
    "今后不能再申请：{foods}。已进入后续阶段的案件照常办理。",
    "It can apply no more for: {foods}. Cases beyond the application go on as they are.",
)
_CAUGHT = Bilingual(
    "其中{drafts}份草稿和{open}份申请阶段的申请含有这些食品，改选食品之前不能提交。",
    "Drafts that name these foods: {drafts}; applications still at that stage: {open}. They can't be submitted until other "
    "foods are chosen.",
)
_WANTED = Bilingual(
    "{count}个启用中的账户尚无两步验证，下次操作时须先启用；使用这些账户的程序在此之前会被拒绝（403）。",
    "Active accounts without a second factor: {count}. Their owners set one up before anything else answers them; programs that "
    "use these accounts are refused (403) until then.",
)
_WAIVED = Bilingual(
    "不再要求两步验证；已启用的继续有效。", "No second factor is demanded any more; those set up stay."
)


async def effects_of_change(portal: Portal, authority: Authority, wanted: AuthorityForm) -> list[Bilingual]:
    """A sentence for each thing that would be otherwise; none where nothing would."""
    now, found = AuthorityForm.of(authority), []
    if (now.name_zh, now.name_en) != (wanted.name_zh, wanted.name_en):
        found.append(_NAMES)
    if added := [code for code in wanted.codes if code not in now.codes]:
        found.append(_named(_ADDED, added))
    if removed := [code for code in now.codes if code not in wanted.codes]:
        found.append(_named(_REMOVED, removed))
        drafts, still_open = await portal.cases.count_applications_for(authority.code, removed)
        found += [_CAUGHT.format(drafts=drafts, open=still_open)] if drafts or still_open else []
    if wanted.factor_wanted and not now.factor_wanted:
        found.append(_WANTED.format(count=await _without_factor(portal, authority.code)))
    if now.factor_wanted and not wanted.factor_wanted:
        found.append(_WAIVED)
    return found


def _named(text: Bilingual, codes: Iterable[str]) -> Bilingual:
    foods = [SPECIFIC[code] for code in codes]
    return Bilingual(
        text.zh.format(foods="、".join(each.zh for each in foods)),
        text.en.format(foods=", ".join(each.en for each in foods)),
    )


async def _without_factor(portal: Portal, code: str) -> int:
    its = [each for each in await list_accounts(portal.store) if each.authority == code]
    return sum(not each.disabled and each.second_factor is None for each in its)
