"""Login form and the administrator's forms."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password

from .models import BureauProfile, StaffAccount, Unit
from .roles import give_role


class LoginForm(AuthenticationForm):
    """User name and password, with messages that do not tell which of the two was wrong."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，请重新输入。忘记密码请联系系统管理员重置。",
        "inactive": "该账号已停用，请联系系统管理员。",
    }


class StaffForm(forms.ModelForm):
    """Account with unit and role; the password is set for new accounts and on request."""

    password = forms.CharField(
        label="初始密码",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="新建账号必填；修改账号时留空表示不变。至少 10 位，不能全为数字。",
    )

    class Meta:
        model = StaffAccount
        fields = ("username", "display_name", "unit", "role", "phone", "is_active")
        labels = {"username": "用户名", "is_active": "启用"}
        help_texts = {
            "username": "登录名，150 字以内，可用字母、数字和 @ . + - _。",
            "is_active": "停用后不能登录，历史记录保留。",
        }

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not password and self.instance._state.adding:
            raise forms.ValidationError("新建账号须设置初始密码。")
        if password:
            account = StaffAccount(
                username=self.cleaned_data.get("username", ""),
                display_name=self.cleaned_data.get("display_name", ""),
            )
            validate_password(password, account)
        return password

    def save(self, commit: bool = True) -> Any:
        account = super().save(commit=False)
        if password := self.cleaned_data["password"]:
            account.set_password(password)
        account.save()
        give_role(account, account.role)
        return account


class UnitForm(forms.ModelForm):
    """A node of the tree. A unit cannot be moved below itself."""

    class Meta:
        model = Unit
        fields = ("name", "code", "kind", "parent", "order", "active")

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise forms.ValidationError("上级单位不能是本单位或其下级，请另选。")
        if (
            parent is None
            and Unit.objects.filter(parent=None).exclude(pk=self.instance.pk).exists()
        ):
            raise forms.ValidationError("请选择上级单位：只有局机关没有上级单位。")
        return parent


class ProfileForm(forms.ModelForm):
    """The bureau's names."""

    class Meta:
        model = BureauProfile
        fields = (
            "name",
            "short_name",
            "portal_name",
            "place_name",
            "credit_code",
            "document_prefix",
            "addressees",
            "copies_to",
            "signer",
            "contact_name",
            "contact_phone",
            "level_national",
            "level_province",
            "level_prefecture",
            "level_county",
        )
