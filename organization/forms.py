"""The system administrator's forms for the bureau and its units."""

from django import forms

from .models import BureauProfile, Unit


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
