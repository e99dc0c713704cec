"""Forms of the handover: who passes on to whom, then why."""

import uuid
from typing import Any

from django import forms

from .handover import account_closers, people_of


class PersonField(forms.ModelChoiceField):
    """A person with the unit, and with a word about a closed account."""

    def label_from_instance(self, person: Any) -> str:
        closed = "" if person.is_active else "，账号已停用"
        return f"{person}（{person.unit}{closed}）"


class ChooseForm(forms.Form):
    """The two people; those of the units that the signed-in person answers for."""

    leaver = PersonField(
        queryset=None, label="移交人", help_text="调岗、离职、请长假的人，账号已停用的也可以选。"
    )
    heir = PersonField(queryset=None, label="接收人", help_text="同一单位或其上级单位的在用账号。")

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._fill("leaver", people_of(user), "请选择移交人。")
        self._fill("heir", people_of(user).filter(is_active=True), "请选择接收人。")

    def _fill(self, name: str, people: Any, message: str) -> None:
        field: Any = self.fields[name]
        field.queryset, field.empty_label = people, "请选择"
        field.error_messages |= {"required": message, "invalid_choice": message}


class ConfirmForm(ChooseForm):
    """The same two people, hidden, with the reason; `key` makes a second click harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.CharField(
        label="移交原因",
        max_length=200,
        help_text="如“调任人事科”“退休”。写入移交清单和各条记录的办理经过。",
        error_messages={"required": "请填写移交原因。"},
    )
    close = forms.BooleanField(
        label="离职，同时停用账号",
        required=False,
        help_text="停用后不能再登录，正在使用的会话立即结束；已录入的记录和历史保留。",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, user=user, **kwargs)
        for name in ("leaver", "heir"):
            self.fields[name].widget = forms.HiddenInput()
        if not account_closers:
            del self.fields["close"]
