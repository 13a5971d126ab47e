"""The page of all settings, from their classes: names, units, defaults, bounds (docs/settings.md, docs/settings.zh-CN.md)."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from shared.bilingual import Bilingual
from shared.runtime.secret_files import FILE, SECRETS, name_of
from shared.runtime.setting_groups import GROUPS
from shared.runtime.told import Told

_HEAD = Bilingual(
    """# 设置

由各设置的类经`make docs`生成，不手工修改。 [English](settings.md)

设置为环境变量，也读取`.env`；空值视为未设。缺少或格式不对时，启动以一句点名该设置的话结束（退出状态2）。
标有🔒者含机密：也可从`…_FILE`所指的文件读取（末尾换行不计）；同一处两者都给、文件缺失、不可读或为空，均拒绝启动。
加密连接总是验证证书与主机名，绝不退回明文；密钥与证书的更换见[operations/keys.zh-CN.md](operations/keys.zh-CN.md)。
手册或海关规定的限度（文件4 MiB、消息1 MiB、文本长度、会话时长等）不是设置。""",
    """# Settings

Generated from the classes of the settings by `make docs`; not edited by hand. [中文](settings.zh-CN.md)

Settings are environment variables, `.env` is read too; an empty one counts as not given. A missing or malformed one ends
the start with one sentence that names it (exit status 2).
Those with 🔒 hold a secret: each is also read from the file that `…_FILE` names (the line's end after it does not count);
both in one place are refused, and a file that is missing, unreadable or empty.
Encrypted connections always verify certificates and host names and never fall back to plain text;
[operations/keys.md](operations/keys.md) says how keys and certificates are changed.
What the manual or customs fix (files of 4 MiB, messages of 1 MiB, lengths of texts, how long a session lasts) is no setting.""",
)
_COLUMNS = Bilingual(
    "| 设置 | 单位或取值 | 默认 | 范围 | 用途 |",
    "| setting | unit or values | default | bounds | what it is for |",
)
_REQUIRED = Bilingual("必填", "required")


def settings_page(lang: Literal["zh", "en"]) -> str:
    """The page in one language."""
    parts = [getattr(_HEAD, lang)]
    for group in GROUPS:
        title: Bilingual = getattr(group, "title")  # noqa: B009 - a group is any model that has one
        parts += [
            "",
            f"## {getattr(title, lang)}",
            "",
            getattr(_COLUMNS, lang),
            "|---|---|---|---|---|",
            *_rows(group, lang),
        ]
    return "\n".join(parts) + "\n"


def told_of(field: FieldInfo) -> Told:
    """What a setting is for; LookupError where its class does not say."""
    for each in field.metadata:
        if isinstance(each, Told):
            return each
    raise LookupError(f"{field} is not told: add a Told to its annotation.")


def _rows(group: type[BaseModel], lang: str) -> Iterator[str]:
    for name, field in group.model_fields.items():
        told = told_of(field)
        secret = f" 🔒 `…{FILE}`" if name in SECRETS else ""
        cells = (_values(field, told, lang), _default(field, lang), _bounds(field), getattr(told, lang))
        yield f"| `{name_of(name)}`{secret} | {' | '.join(cells)} |"


def _values(field: FieldInfo, told: Told, lang: str) -> str:
    if told.unit:
        return str(getattr(told.unit, lang))
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(field.annotation))
    return ""


def _default(field: FieldInfo, lang: str) -> str:
    if field.is_required():
        return str(getattr(_REQUIRED, lang))
    if field.default_factory is not None or field.default is PydanticUndefined:
        return ""
    found = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
    text = ",".join(f"{each:g}" for each in found) if isinstance(found, tuple) else _number(found)
    return f"`{text}`" if text else ""


def _number(found: object) -> str:
    return f"{found:g}" if isinstance(found, float) else str(found)


def _bounds(field: FieldInfo) -> str:
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    return "" if least is None else f"{least} – {most}"
