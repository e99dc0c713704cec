"""Pages of the annual report: overview, texts, figures, builds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.indicators.checks import check_figures
from kernel.indicators.evaluate import evaluate, everything, seen_by
from kernel.jobs.models import OPEN, Job
from kernel.records.errors import Refused
from kernel.registers.history import versions
from organization.models import Unit

from . import services
from .compose import Composition, compose_body, compose_section, settings_problems
from .forms import CompileForm, SectionForm, SettingsForm, StartForm
from .jobs import KIND, request_compile
from .models import AnnualReport, ReportBuild, ReportSection
from .outline import numbered
from .tokens import Resolver

HOME = ("首页", "/")


def reader(view: Any) -> Any:
    """Signed in and allowed to read reports."""
    allowed = permission_required("reports.view_annualreport", raise_exception=True)
    return login_required(allowed(view))


def _report(year: int) -> AnnualReport:
    return get_object_or_404(AnnualReport, year=year)


@reader
@require_http_methods(["GET", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """All years; the legal section starts a new one here."""
    may_start = request.user.has_perm("reports.change_annualreport")
    form = StartForm(request.POST or None, initial={"year": timezone.localdate().year - 1})
    if request.method == "POST":
        if not may_start:
            raise PermissionDenied
        if form.is_valid():
            report = services.start_report(form.cleaned_data["year"])
            messages.success(request, f"已建立{report}，各章节已带入上一年度文字，请逐章修改。")
            return redirect("reports-detail", report.year)
    context = {
        "reports": AnnualReport.objects.prefetch_related(
            Prefetch("builds", ReportBuild.objects.defer("snapshot"))
        ),
        "form": form if may_start else None,
        "page_title": "法治政府建设年报",
        "breadcrumbs": [HOME, ("法治政府建设年报", None)],
    }
    return render(request, "reports/list.html", context, status=422 if form.errors else 200)


@reader
@require_GET
def report_detail(request: HttpRequest, year: int) -> HttpResponse:
    """One report: readiness, texts by section, builds."""
    report = _report(year)
    figures = evaluate(year)
    texts = report.texts()
    body = compose_body(year, texts, figures)
    context = {
        "report": report,
        "sections": _section_rows(texts, figures, request.user),
        "problems": [*settings_problems(report), *body.problems],
        "figures_count": len(figures),
        "checks": check_figures(figures),
        "builds": report.builds.select_related("made_by", "report").defer("snapshot")[:20],
        "open_jobs": Job.objects.filter(kind=KIND, subject__startswith=f"{year}:", status__in=OPEN),
        "compile_form": CompileForm()
        if request.user.has_perm("reports.compile_annualreport")
        else None,
        "may_change": request.user.has_perm("reports.change_annualreport"),
        "page_title": str(report),
        "breadcrumbs": [HOME, ("法治政府建设年报", "/reports/"), (str(year), None)],
    }
    return render(request, "reports/detail.html", context)


def _section_rows(texts: dict[str, ReportSection], figures: Any, user: Any) -> list[dict[str, Any]]:
    rows = []
    for item in numbered():
        section = texts.get(item.section.key)
        problems = []
        if section is not None:
            year = section.report.year
            problems = compose_section(item, section.body, Resolver(year, figures)).problems
        rows.append(
            {
                "place": item.place,
                "part_heading": item.part_heading,
                "level": item.level,
                "section": section,
                "characters": len(section.body) if section else 0,
                "problems": problems,
                "may_edit": section is not None and services.may_edit(section, user),
            }
        )
    return rows


@reader
@require_POST
def report_compile(request: HttpRequest, year: int) -> HttpResponse:
    """Queue the compilation and show the job."""
    if not request.user.has_perm("reports.compile_annualreport"):
        raise PermissionDenied("您没有编制年度报告的权限。")
    report, form = _report(year), CompileForm(request.POST)
    if not form.is_valid():
        messages.error(request, "版式选择有误，请重新选择。")
        return redirect("reports-detail", year)
    job = request_compile(report, by=request.user, **form.cleaned_data)
    job.refresh_from_db()
    if job.waits_for_broker:
        messages.warning(
            request, "任务已保存，但任务队列暂时不可用；恢复后会自动执行，无须重复提交。"
        )
    return redirect("jobs-detail", job.pk)


@reader
@require_http_methods(["GET", "POST"])
def report_settings(request: HttpRequest, year: int) -> HttpResponse:
    """Number and date of the report."""
    report = _report(year)
    if not request.user.has_perm("reports.change_annualreport"):
        raise PermissionDenied
    form = SettingsForm(request.POST or None, instance=report)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "已保存报告设置。")
        return redirect("reports-detail", year)
    context = {
        "report": report,
        "form": form,
        "page_title": f"{report}设置",
        "breadcrumbs": [
            HOME,
            ("法治政府建设年报", "/reports/"),
            (str(report), f"/reports/{year}/"),
            ("设置", None),
        ],
    }
    return render(request, "reports/settings.html", context, status=422 if form.errors else 200)


@reader
@require_http_methods(["GET", "POST"])
def section_edit(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Read or write one section's text, with its problems and how it will read."""
    section = get_object_or_404(
        ReportSection.objects.select_related("report", "unit", "updated_by"),
        report__year=year,
        key=key,
    )
    editable = services.may_edit(section, request.user)
    form = SectionForm(request.POST or None, instance=section, initial={"version": section.version})
    if request.method == "POST" and form.is_valid() and _saved(request, section, form):
        messages.success(request, f"已保存“{section}”。")
        return redirect("reports-section", year, key)
    body = request.POST.get("body", section.body)
    figures = evaluate(year)
    context = {
        "report": section.report,
        "section": section,
        "form": form if editable else None,
        "preview": _preview(key, body, year, figures),
        "figures": figures.values(),
        "versions": versions(section)[:10],
        "page_title": f"{section}",
        "breadcrumbs": [
            HOME,
            ("法治政府建设年报", "/reports/"),
            (str(section.report), f"/reports/{year}/"),
            (str(section), None),
        ],
    }
    return render(request, "reports/section.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, section: ReportSection, form: SectionForm) -> bool:
    try:
        services.save_section(
            section,
            body=form.cleaned_data["body"],
            expected_version=form.cleaned_data["version"],
            by=request.user,
        )
    except (Refused, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    return True


def _preview(key: str, body: str, year: int, figures: Any) -> Composition:
    item = next(item for item in numbered() if item.section.key == key)
    return compose_section(item, body, Resolver(year, figures))


@reader
@require_GET
def figures_latest(request: HttpRequest) -> HttpResponse:
    """The figures of the latest report's year."""
    latest = AnnualReport.objects.first()
    return redirect("reports-figures", latest.year if latest else timezone.localdate().year - 1)


@reader
@require_GET
def figures(request: HttpRequest, year: int) -> HttpResponse:
    """All figures with rule, cut-off and a link to the records each one counts.

    People who see one unit only get that unit's figures, so that number and list always agree.
    """
    if not 1949 <= year <= 2200:
        raise Http404("没有这个年度。")
    user: Any = request.user
    whole = user.sees_all_units
    found = evaluate(year, scope=everything if whole else seen_by(user))
    owners = dict(Unit.objects.values_list("code", "name"))
    context = {
        "year": year,
        "years": [year - 1, year + 1],
        "figures": found.values(),
        "rows": [(figure, owners.get(figure.indicator.owner, "")) for figure in found.values()],
        "checks": check_figures(found),
        "whole_bureau": whole,
        "page_title": f"{year}年指标一览",
        "breadcrumbs": [HOME, ("指标一览", None), (str(year), None)],
    }
    return render(request, "reports/figures.html", context)


def _build(pk: int) -> ReportBuild:
    return get_object_or_404(ReportBuild.objects.select_related("report", "made_by"), pk=pk)


@reader
@require_GET
def build_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One build: the figures it was made from, compared with those of today."""
    build = _build(pk)
    live = evaluate(build.report.year)
    rows = [
        row | {"live": live[row["key"]].number if row["key"] in live else "—"}
        for row in build.figures()
    ]
    context = {
        "build": build,
        "rows": rows,
        "changed": [row for row in rows if row["live"] != row["value"]],
        "page_title": str(build),
        "breadcrumbs": [
            HOME,
            ("法治政府建设年报", "/reports/"),
            (str(build.report), f"/reports/{build.report.year}/"),
            (f"文稿第{pk}号", None),
        ],
    }
    return render(request, "reports/build.html", context)


@reader
@require_GET
def build_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF itself, for those who may read reports."""
    build = _build(pk)
    try:
        content = build.pdf.open("rb")
    except FileNotFoundError as error:
        raise Http404("文稿文件已不在存储目录中，请重新编制，并请系统管理员检查存储。") from error
    name = f"{build.report}({build.get_layout_display()}).pdf"
    return FileResponse(content, filename=name, content_type="application/pdf")
