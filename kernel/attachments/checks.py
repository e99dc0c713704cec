"""What an uploaded file must be; every refusal names the file, the limit and the way out."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kernel.records.errors import Refused

from . import uploads
from .filetypes import (
    BY_EXTENSION,
    BY_KEY,
    CONTENT_LABELS,
    FileType,
    content_of,
    expected_content,
)
from .names import clean_name, size_text, split_name

ADVICE = {
    "macro": "含有宏，不能上传。请另存为不含宏的文件（如 .docx、.xlsx）后再上传。",
    "encrypted": "设有打开密码，其他人无法查看。请去掉密码后再上传。",
    "damaged": "已损坏，无法打开。请在原软件中打开核对，重新保存后再上传。",
    "markup": "的内容是网页或 SVG 代码，可能带有脚本，不能上传。请另存为 PDF 或图片后再上传。",
    "program": "是可执行程序，不能上传。",
    "archive": "是压缩包，不能上传。请解压后一次选中其中的多个文件上传。",
}


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its name put right, its type found from its content."""

    name: str
    type: FileType
    size: int


def max_bytes() -> int:
    return int(settings.ATTACHMENT_MAX_MB) * 1024 * 1024


def allowed_types() -> list[FileType]:
    return [BY_KEY[key] for key in settings.ATTACHMENT_TYPES]


def accept_attribute() -> str:
    """Value of `accept` of the file input: the phone's photo picker needs the wildcard."""
    endings = [f".{ending}" for kind in allowed_types() for ending in kind.extensions]
    images = ["image/*"] if any(kind.image for kind in allowed_types()) else []
    return ",".join([*images, *endings])


def rule_text() -> str:
    """The limits in one sentence, for the page."""
    endings = "、".join(kind.extensions[0] for kind in allowed_types())
    return (
        f"可一次选多个文件，每个不超过 {settings.ATTACHMENT_MAX_MB} MB，"
        f"每条记录不超过 {settings.ATTACHMENT_MAX_FILES} 个。可上传：{endings}。"
    )


def check_file(file: Any) -> Checked:
    """The file's true type and clean name. Raises `Refused`."""
    name = clean_name(file.name or "")
    if file.size == 0:
        raise Refused(f"“{name}”是空文件（0 字节），请核对后重新选择。")
    if file.size > max_bytes():
        raise Refused(too_large(name, file.size))
    content = content_of(file)
    stem, extension = split_name(name)
    if not extension:
        extension = _ending_for(content)
        name = f"{stem}.{extension}" if extension else name
    kind = BY_EXTENSION.get(extension)
    if content in ADVICE:
        raise Refused(f"“{name}”{ADVICE[content]}")
    if kind is None or kind not in allowed_types():
        raise Refused(_wrong_type(name, extension))
    if content not in expected_content(kind):
        raise Refused(
            f"“{name}”的内容是{CONTENT_LABELS[content]}，与扩展名 .{extension} 不符。"
            "请改正扩展名，或在原软件中重新保存后再上传。"
        )
    return Checked(name, kind, file.size)


def too_large(name: str, size: int | None = None) -> str:
    length = f"大小为 {size_text(size)}，" if size else ""
    return (
        f"“{clean_name(name)}”{length}超过每个文件 {settings.ATTACHMENT_MAX_MB} MB 的上限。"
        "请压缩图片、拆分文件，或降低扫描分辨率后再上传。"
    )


def lost_text(lost: uploads.Lost) -> str:
    """What to say of a file that did not arrive."""
    if lost.reason == uploads.TOO_LARGE:
        return too_large(lost.name)
    return no_room(lost.name)


def no_room(name: str) -> str:
    return (
        f"“{clean_name(name)}”没有保存：服务器的文件存储空间不足或暂时不可用。"
        "已有附件不受影响，请稍后重试；多次失败请联系系统管理员。"
    )


def _ending_for(content: str) -> str:
    kind = BY_KEY.get(content)
    if kind is not None:
        return kind.extensions[0]
    return "txt" if content == "text" else ""


def _wrong_type(name: str, extension: str) -> str:
    endings = "、".join(ending for kind in allowed_types() for ending in kind.extensions)
    ending = f"扩展名 .{extension} 的文件" if extension else "没有扩展名的文件"
    return f"“{name}”：不接受{ending}。可上传的扩展名：{endings}。"
