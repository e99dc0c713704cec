"""Violations of 2023: 21 by 20 subjects, each rectified on the spot; and rows that do not count."""

import datetime as dt
from collections.abc import Iterator

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    InspectionVisit,
    OrderResult,
    RectificationOrder,
    SubjectKind,
    Violation,
    ViolationKind,
    VisitFinding,
)

INSTITUTIONS, HIDDEN_SITES = 11, 9
"""Subjects of the violations of 2023; one of the institutions was caught twice."""

FACTS = {
    ViolationKind.NO_LICENCE: "未取得办学许可证，在居民住宅内组织学科类培训。",
    ViolationKind.SUBJECT_TUTORING: "以素质拓展名义开展学科类培训，现场有学生和课本。",
    ViolationKind.HOLIDAY_TUTORING: "寒暑假、双休日期间开展义务教育阶段学科类培训。",
    ViolationKind.PREPAID_FEE: "一次性收取超过三个月的培训费用，未纳入资金监管。",
    ViolationKind.BEYOND_SCOPE: "开展许可证载明范围以外的培训项目。",
    ViolationKind.SAFETY: "疏散通道堆放杂物，灭火器过期。",
}
INSTITUTION_KINDS = (
    ViolationKind.PREPAID_FEE,
    ViolationKind.BEYOND_SCOPE,
    ViolationKind.SAFETY,
    ViolationKind.SUBJECT_TUTORING,
)
HIDDEN_KINDS = (ViolationKind.NO_LICENCE, ViolationKind.HOLIDAY_TUTORING)
BASIS = "《中华人民共和国民办教育促进法》和校外培训管理有关规定"


class Findings:
    """Collects violations and the orders to them, numbering both."""

    def __init__(self, world: World):
        self.world = world
        self.violations: list[Violation] = []
        self.orders: list[tuple[int, RectificationOrder]] = []

    def violation(
        self, visit: InspectionVisit, kind: ViolationKind, status: str = Status.APPROVED
    ) -> int:
        number = len(self.violations)
        visit.finding = VisitFinding.VIOLATION
        row = self.world.build(
            Violation,
            unit=self.world.unit("pxk"),
            status=status,
            operation=visit.operation,
            subject=visit.subject,
            number=f"PXWG{visit.visited_on.year}{number + 1:03d}",
            found_on=visit.visited_on,
            kind=kind,
            facts=FACTS[kind],
            legal_basis=BASIS,
            pupils=self.world.rng.randrange(3, 30),
        )
        self.violations.append(row)
        return number

    def order(
        self, number: int, *, on_site: bool = True, status: str = Status.APPROVED, later: int = 0
    ) -> None:
        violation = self.violations[number]
        issued = violation.found_on + dt.timedelta(days=later)
        rectified = status == Status.APPROVED
        row = self.world.build(
            RectificationOrder,
            unit=self.world.unit("pxk"),
            status=status,
            number=f"海教体责改〔{issued.year}〕{len(self.orders) + 1}号",
            on_site=on_site,
            issued_on=issued,
            requirement="立即停止违规行为，限期整改到位并书面报告整改情况。",
            deadline=issued + dt.timedelta(days=7),
            rechecked_on=issued + dt.timedelta(days=8) if rectified else None,
            result=OrderResult.RECTIFIED if rectified else OrderResult.PENDING,
        )
        self.orders.append((number, row))

    def save(self) -> None:
        violations = self.world.save(self.violations)
        for number, order in self.orders:
            order.violation = violations[number]
        self.world.save(order for _, order in self.orders)


def load_violations(world: World, visits: list[InspectionVisit]) -> None:
    """Create the violations that the visits found, and the orders that followed.

    The visits are not saved yet: their finding is set here.
    """
    found = Findings(world)
    _counted(found, visits)
    _not_counted(found, visits)
    found.save()


def _pick(
    visits: list[InspectionVisit], kind: SubjectKind, year: int, status: str = Status.APPROVED
) -> Iterator[InspectionVisit]:
    """One visit for each subject of the kind, in operations of that year and status."""
    seen = set()
    for visit in visits:
        operation, subject = visit.operation, visit.subject
        fits = subject.kind == kind and operation.held_on.year == year
        if fits and operation.status == status and subject.pk not in seen:
            seen.add(subject.pk)
            yield visit


def _counted(found: Findings, visits: list[InspectionVisit]) -> None:
    year = found.world.year
    institutions = list(_pick(visits, SubjectKind.TRAINING_INSTITUTION, year))
    hidden = list(_pick(visits, SubjectKind.HIDDEN_SITE, year))
    step = len(institutions) // INSTITUTIONS
    for position in range(INSTITUTIONS):
        visit = institutions[position * step]
        kind = INSTITUTION_KINDS[position % len(INSTITUTION_KINDS)]
        found.order(found.violation(visit, kind))
    for position, visit in enumerate(hidden[:HIDDEN_SITES]):
        found.order(found.violation(visit, HIDDEN_KINDS[position % len(HIDDEN_KINDS)]))
    # Caught twice in one visit: two violations of one subject.
    twice = found.violation(institutions[0], ViolationKind.BEYOND_SCOPE)
    found.order(twice)
    # A written order followed the one on the spot: still one rectified violation.
    found.order(twice, on_site=False, later=10)


def _not_counted(found: Findings, visits: list[InspectionVisit]) -> None:
    year = found.world.year
    institutions = list(_pick(visits, SubjectKind.TRAINING_INSTITUTION, year))[::-1]
    venue = next(_pick(visits, SubjectKind.SPORTS_VENUE, year))
    found.order(found.violation(venue, ViolationKind.SAFETY))
    for visit, status in zip(institutions, ("withdrawn", "returned", "submitted"), strict=False):
        found.order(found.violation(visit, ViolationKind.SAFETY, status))
    before = list(_pick(visits, SubjectKind.TRAINING_INSTITUTION, year - 1))
    for visit in before[:6]:
        found.order(found.violation(visit, ViolationKind.PREPAID_FEE))
    only_written = found.violation(before[6], ViolationKind.BEYOND_SCOPE)
    found.order(only_written, on_site=False, later=5)
    after = list(_pick(visits, SubjectKind.TRAINING_INSTITUTION, year + 1))
    for visit in after[:3]:
        found.order(found.violation(visit, ViolationKind.PREPAID_FEE))
    not_yet = found.violation(after[3], ViolationKind.SUBJECT_TUTORING)
    found.order(not_yet, status=Status.RETURNED)
