"""Schools and kindergartens, and what the bureau does for them and asks of them."""

from .aid import AidKind, AidStage, StudentAid
from .drill import (
    Drill,
    DrillKind,
    DrillLevel,
    DrillObligation,
    DrillPartner,
    DrillResult,
    Frequency,
)
from .exam import Exam, ExamIncident, IncidentKind
from .group import EducationGroup, EducationGroupMember
from .lighting import LightingInstallation
from .media import MediaMention, MediaTopic
from .network import NetworkActivity, NetworkSecurityTraining
from .project import OutputKind, Project, ProjectKind, ProjectOutput
from .school import COMPULSORY_STAGES, School, SchoolOwnership, Stage
from .term import SchoolTerm
from .vice_principal import LegalVicePrincipal, Organ

__all__ = [
    "COMPULSORY_STAGES",
    "AidKind",
    "AidStage",
    "Drill",
    "DrillKind",
    "DrillLevel",
    "DrillObligation",
    "DrillPartner",
    "DrillResult",
    "EducationGroup",
    "EducationGroupMember",
    "Exam",
    "ExamIncident",
    "Frequency",
    "IncidentKind",
    "LegalVicePrincipal",
    "LightingInstallation",
    "MediaMention",
    "MediaTopic",
    "NetworkActivity",
    "NetworkSecurityTraining",
    "Organ",
    "OutputKind",
    "Project",
    "ProjectKind",
    "ProjectOutput",
    "School",
    "SchoolOwnership",
    "SchoolTerm",
    "Stage",
    "StudentAid",
]
