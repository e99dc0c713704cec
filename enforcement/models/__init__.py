"""Record types of law enforcement, by noun."""

from .inspections import (
    DrawnSubject,
    InspectionAssignment,
    InspectionPlan,
    InspectionResult,
    InspectionTask,
    MatterClass,
    ResultCode,
    TaskPartner,
)
from .officers import CertificateStatus, EnforcementField, Officer
from .operations import (
    InspectionVisit,
    JointOperation,
    OperationAgency,
    OperationLevel,
    PatrolMember,
    PatrolRole,
    VisitFinding,
)
from .subjects import TRAINING_KINDS, CreditClass, InspectionSubject, SubjectKind
from .training import (
    PROFESSIONAL_KINDS,
    Certainty,
    HourGroup,
    HourKind,
    TrainingAttendance,
    TrainingRequirement,
    TrainingSession,
)
from .violations import OrderResult, RectificationOrder, Violation, ViolationKind

__all__ = [
    "PROFESSIONAL_KINDS",
    "TRAINING_KINDS",
    "Certainty",
    "CertificateStatus",
    "CreditClass",
    "DrawnSubject",
    "EnforcementField",
    "HourGroup",
    "HourKind",
    "InspectionAssignment",
    "InspectionPlan",
    "InspectionResult",
    "InspectionSubject",
    "InspectionTask",
    "InspectionVisit",
    "JointOperation",
    "MatterClass",
    "Officer",
    "OperationAgency",
    "OperationLevel",
    "OrderResult",
    "PatrolMember",
    "PatrolRole",
    "RectificationOrder",
    "ResultCode",
    "SubjectKind",
    "TaskPartner",
    "TrainingAttendance",
    "TrainingRequirement",
    "TrainingSession",
    "Violation",
    "ViolationKind",
    "VisitFinding",
]
