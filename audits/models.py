"""Collects the models of the sub-packages, in the order of the story, where Django looks for them."""

from audits.cases.models import Case, CaseAct, CaseEvent
from audits.evidence.models import Evidence
from audits.notices.models import Paper, PaperAct, PaperFile, PaperItem
from audits.registry.models import Column, Downtime, Exemption, RegistryEvent, Site, SiteEvent
from audits.runs.models import Observation, Probe, Run, SiteVerdict, Verdict

__all__ = [
    "Case",
    "CaseAct",
    "CaseEvent",
    "Column",
    "Downtime",
    "Evidence",
    "Exemption",
    "Observation",
    "Paper",
    "PaperAct",
    "PaperFile",
    "PaperItem",
    "Probe",
    "RegistryEvent",
    "Run",
    "Site",
    "SiteEvent",
    "SiteVerdict",
    "Verdict",
]
