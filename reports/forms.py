"""Forms of the report's pages."""

from typing import Any

from django import forms

from kernel.registers.filters import date_widget

from .models import AnnualReport, Layout, ReportSection


class SectionForm(forms.ModelForm):
    """The text of one section. Problems with tokens are shown, but a draft may still be saved."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = ReportSection
        fields = ("body",)
        widgets = {"body": forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})}
        help_texts = {
            "body": "每段一行；以“# ”开头的行是要点标题，序号自动编排。数字一律用指标标记，不手写。"
        }

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > 20_000:
            raise forms.ValidationError("正文超过 20000 字，请精简或拆分。")
        return body.replace("\r\n", "\n")


class CompileForm(forms.Form):
    """Which layout to print, and whether the table of figures is attached."""

    layout = forms.ChoiceField(label="版式", choices=Layout.choices, initial=Layout.OFFICIAL)
    with_appendix = forms.BooleanField(label="附指标明细表", required=False, initial=True)


class SettingsForm(forms.ModelForm):
    """Number and date as printed."""

    class Meta:
        model = AnnualReport
        fields = ("number", "dated")
        widgets = {"dated": date_widget()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        dated = data.get("dated")
        if dated and dated.year not in (self.instance.year, self.instance.year + 1):
            self.add_error(
                "dated", f"成文日期应在{self.instance.year}年末或{self.instance.year + 1}年。"
            )
        return data


class StartForm(forms.Form):
    """The year of a new report."""

    year = forms.IntegerField(label="年度", min_value=2004, max_value=2100)

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if AnnualReport.objects.filter(year=year).exists():
            raise forms.ValidationError(f"{year}年的报告已经建立，请直接打开。")
        return year
