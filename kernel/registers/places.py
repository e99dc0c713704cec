"""From where a change came, in words: the page, the import, the job that made it."""

from functools import lru_cache
from typing import Any

from django.urls import Resolver404, resolve

from .register import registry

ROLES = {
    "create": "新建页",
    "edit": "修改页",
    "delete": "删除页",
    "draft": "草稿",
    "transition": "办理页",
    "import": "导入页",
    "import-paste": "粘贴录入页",
    "bulk": "批量修改页",
    "attachments": "附件页",
    "attachment-withdraw": "附件页",
    "comments": "评论",
    "detail": "记录页",
    "list": "列表页",
}
"""Roles of a register's pages; `<app>-<model>-<role>` names the address."""
PAGES = {
    "registers-review": "审核队列",
    "registers-drafts": "草稿箱",
    "imports-apply": "导入",
    "imports-undo": "撤销导入",
    "collaboration-handovers": "工作移交页",
    "collaboration-handover": "工作移交页",
}
"""Pages that belong to no register, by the name of their address; rooms may add theirs."""
SOURCES = {"import": "导入", "undo": "撤销导入", "handover": "工作移交", "job": "后台任务"}
"""Keys of the context that a service leaves with its changes, besides the page."""


def place(context: dict[str, Any]) -> str:
    """Where the change was made; empty when nobody noted it (a command, a migration)."""
    for key, label in SOURCES.items():
        if context.get(key):
            return f"{label} {context[key]}"
    return page_label(context.get("url") or "")


@lru_cache(maxsize=2048)
def page_label(path: str) -> str:
    """The page at this address in words; the address itself when it has no words."""
    if not path:
        return ""
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return path
    if name in PAGES:
        return PAGES[name]
    for register in registry:
        prefix = f"{register.app_label}-{register.slug}-"
        if name.startswith(prefix):
            role = ROLES.get(name.removeprefix(prefix))
            return f"{register.title}{role}" if role else path
    return path
