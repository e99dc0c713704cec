"""Forms of accounts: signing in, passwords, codes, the staff list, administrators' acts."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from ..models import Role, StaffAccount, Unit
from ..models.security import EventKind
from .states import State

RULES = (
    "10 位以上，大写字母、小写字母、数字、符号至少三种；不含姓名、用户名、工号，"
    "不用常见密码，不与最近 5 次用过的相同。"
)
LOCKED = (
    "登录失败次数过多，该用户名在本机已锁定 15 分钟，请稍后再试。"
    "急需使用的，请联系安全管理员解除锁定。"
)


def _name_what_is_missing(form: forms.BaseForm) -> None:
    """“请填写姓名。” tells more than that some field is required."""
    for field in form.fields.values():
        verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
        field.error_messages["required"] = f"请{verb}{field.label}。"


class LoginForm(AuthenticationForm):
    """User name and password, with one message for everything that can be wrong with them."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，请重新输入。忘记密码请联系安全管理员重置。",
        "inactive": "用户名或密码不正确，请重新输入。忘记密码请联系安全管理员重置。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["data-password"] = "1"
        _name_what_is_missing(self)

    def get_invalid_login_error(self) -> forms.ValidationError:
        if getattr(self.request, "axes_locked_out", False):
            return forms.ValidationError(LOCKED, code="locked")
        return super().get_invalid_login_error()


def _password_field(label: str, autocomplete: str) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, "data-password": "1"}
    return forms.CharField(
        label=label, strip=False, max_length=128, widget=forms.PasswordInput(attrs=attrs)
    )


class NewPasswordForm(forms.Form):
    """A password of one's own choice, typed twice."""

    new_password = _password_field("新密码", "new-password")
    repeated = _password_field("再输一次", "new-password")

    def __init__(self, *args: Any, account: StaffAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["new_password"].help_text = RULES
        _name_what_is_missing(self)

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.account)
        return password

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        wanted = self.data.get(self.add_prefix("new_password"))
        if repeated != wanted:
            raise forms.ValidationError("两次输入的密码不一致，请重新输入。")
        return repeated


def _check_own_password(request: HttpRequest, account: StaffAccount, password: str) -> None:
    """Wrong guesses at an open screen count like those at the login."""
    if authenticate(request, username=account.username, password=password) is None:
        locked = getattr(request, "axes_locked_out", False)
        raise forms.ValidationError(LOCKED if locked else "当前密码不正确，请重新输入。")


class ChangePasswordForm(NewPasswordForm):
    """The new password, and the old one as a proof of who is sitting there."""

    old_password = _password_field("当前密码", "current-password")
    field_order = ("old_password", "new_password", "repeated")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        _check_own_password(self.request, self.account, password)
        return password


class CodeForm(forms.Form):
    """A code from the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="动态码",
        max_length=40,
        help_text="手机验证器中显示的 6 位数字；手机不在身边时，可填一个恢复码。",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}
        ),
    )


class FirstCodeForm(forms.Form):
    """The first code proves that the app has taken the secret."""

    code = forms.CharField(
        label="验证器显示的 6 位动态码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ProofForm(CodeForm):
    """Password and code together: for what must not be done at somebody's open screen."""

    password = _password_field("当前密码", "current-password")
    field_order = ("password", "code")

    def __init__(
        self, *args: Any, account: StaffAccount, request: HttpRequest, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.request = account, request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        _check_own_password(self.request, self.account, password)
        return password


# --- The staff list and its accounts ------------------------------------------------------------


class StaffForm(forms.ModelForm):
    """An account's facts. Its role is only asked for here; nobody sets a password for others."""

    distinct = forms.BooleanField(label="确认不是同一人", required=False, widget=forms.HiddenInput)

    class Meta:
        model = StaffAccount
        fields = (
            "username",
            "display_name",
            "employee_number",
            "unit",
            "requested_role",
            "phone",
            "email",
        )
        labels = {"username": "用户名", "email": "电子邮箱"}
        help_texts = {
            "username": "登录名，150 字以内，可用字母、数字和 @ . + - _，不区分大小写。",
            "display_name": "本人真实姓名。一人一号，不设科室共用账号。",
            "employee_number": "填写后可防止为同一人重复开号。",
            "email": "填写后，邀请链接可用邮件发给本人。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_what_is_missing(self)
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.filter(active=True) | Unit.objects.filter(
            pk=self.instance.unit_id
        )

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        same = StaffAccount.objects.filter(username__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError("该用户名已有人使用（不区分大小写），请另取一个。")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("distinct") and (twin := self._twin(data)):
            self.fields["distinct"].widget = forms.CheckboxInput()
            self.add_error(
                "distinct",
                f"{twin.unit}已有同名账号（用户名 {twin.username}）。一人一号，不得重复开设；"
                "确属同名的另一人，请勾选此项后再保存。",
            )
        return data

    def _twin(self, data: dict[str, Any]) -> StaffAccount | None:
        """Another account in use with the same name in the same unit."""
        if "display_name" not in self.changed_data and "unit" not in self.changed_data:
            return None
        same = StaffAccount.objects.filter(
            display_name=data.get("display_name"), unit=data.get("unit"), is_active=True
        )
        return same.exclude(pk=self.instance.pk).first()


class StaffFilterForm(forms.Form):
    """Search and filters of the staff list."""

    q = forms.CharField(
        label="关键词",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "姓名、用户名、工号、电话"}),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(), label="单位", required=False, empty_label="不限"
    )
    role = forms.ChoiceField(label="角色", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "不限"), *State.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        extra = [("requested", "待核准角色"), ("none", "无角色")]
        field.choices = [("", "不限"), *Role.choices, *extra]


class ReasonForm(forms.Form):
    """Why an administrator does it; goes into the log."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记入安全日志，如“本人来电，换了手机，已核对身份”。",
    )


class RoleForm(ReasonForm):
    """The role that is granted."""

    role = forms.ChoiceField(label="授予角色", choices=[("", "请选择"), *Role.choices])
    field_order = ("role", "reason")


class ConfirmForm(forms.Form):
    """Nothing but the click."""


class EventFilterForm(forms.Form):
    """Filters of the security log."""

    q = forms.CharField(
        label="人员或 IP",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "姓名、用户名、IP 地址"}),
    )
    kind = forms.ChoiceField(
        label="事件", required=False, choices=[("", "不限"), *EventKind.choices]
    )
    since = forms.DateField(
        label="自",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label="至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
