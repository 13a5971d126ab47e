"""Why a file can't be kept, as a sentence in both languages that needs only the file's name."""

from typing import NamedTuple

from shared.bilingual import Bilingual


class Verdict(NamedTuple):
    """What came of an inspection, as it travels between processes: a refusal, or none where `code` is empty."""

    code: str = ""
    text_zh: str = ""
    text_en: str = ""
    status: int = 0


class FileRejected(Exception):
    """The content is not what it should be; `text` says what is wrong and, where there is one, the way out."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Bilingual(zh, en)


def damaged(what: str = "") -> FileRejected:
    """The file breaks off, or its structure can't be followed."""
    about = f" ({what})" if what else ""
    return FileRejected(
        f"文件不完整或已损坏{about}，可能没有完整复制或传输，请确认原文件能打开后重新上传",
        f"The file is incomplete or damaged{about}, perhaps not copied completely; "
        "see that the original opens, and upload it again",
    )


def two_files(what: str) -> FileRejected:
    """Something else begins where the file should end, or the same bytes are a file of another type too."""
    return FileRejected(
        f"文件中混有其他类型的内容 ({what})，请重新保存图片或重新打印为 PDF 后上传",
        f"Content of another type is mixed into the file ({what}); save the picture again, or print it to a PDF again",
    )
