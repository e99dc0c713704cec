"""One changed record changes exactly the figures that depend on it, and blocks what is untrue."""

import datetime as dt

import pytest

from enforcement.models import Officer, RectificationOrder
from kernel.indicators.checks import failing
from kernel.indicators.evaluate import evaluate
from petitions.models import Petition
from reports.compose import compose_body
from reports.models import AnnualReport


@pytest.fixture
def before(db):
    return evaluate(2023)


def changed(before):
    after = evaluate(2023)
    return {
        key: (before[key].number, after[key].number)
        for key in after
        if before[key].value != after[key].value
    }


def causes(report):
    return [str(p) for p in compose_body(2023, report.texts(), evaluate(2023)).problems]


@pytest.fixture
def report_2023(db):
    return AnnualReport.objects.get(year=2023)


def test_the_demo_report_has_no_problem(report_2023):
    assert causes(report_2023) == []


def test_a_rejected_petition_changes_its_channel_and_level_only(before, report_2023):
    petition = (
        Petition.objects.counted()
        .filter(
            channel="sunshine",
            level="national",
            rating="satisfied",
            outcome="accepted",
            accepted_on__year=2023,
        )
        .first()
    )
    Petition.objects.filter(pk=petition.pk).update(
        outcome="rejected",
        outcome_reason="依法应当通过诉讼解决",
        accepted_on=None,
        due_on=None,
        replied_on=None,
        closed_on=None,
        rating="",
    )
    assert changed(before) == {
        "petitions.xinfang": ("29", "28"),
        "petitions.xinfang.national": ("14", "13"),
    }
    assert failing(evaluate(2023)) == []
    assert causes(report_2023) == []


def test_a_violation_without_on_site_order_blocks_the_universal_word(before, report_2023):
    order = (
        RectificationOrder.objects.counted()
        .filter(on_site=True, violation__found_on__year=2023, violation__status="approved")
        .first()
    )
    RectificationOrder.objects.filter(violation=order.violation).update(on_site=False)
    assert changed(before) == {"training.violations.rectified_on_site": ("21", "20")}
    (cause,) = causes(report_2023)
    assert "依法全面履行政府职能" in cause
    assert "“全部”不成立" in cause


def test_one_more_officer_changes_the_figures_of_officers_only(before, report_2023):
    officer = (
        Officer.objects.counted()
        .filter(on_post=True, staffed=True, valid_to__gt=dt.date(2024, 1, 1))
        .first()
    )
    officer.pk, officer._state.adding = None, True
    officer.certificate_number = "F99999999999"
    officer.save()
    changes = changed(before)
    assert changes["officers.certified"] == ("35", "36")
    assert {key.split(".")[0] for key in changes} == {"officers"}
