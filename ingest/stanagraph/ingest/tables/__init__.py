"""The tables of data/, by file name. The order is that of the graph: what is referred to comes first."""

from __future__ import annotations

from . import documents, equipment, munitions, provenance
from .base import Record, Row

TABLES: dict[str, type[Record]] = {
    "sources": provenance.SourceRow,
    "bodies": provenance.BodyRow,
    "nations": provenance.NationRow,
    "agreements": documents.AgreementRow,
    "agreement_editions": documents.AgreementEditionRow,
    "publications": documents.PublicationRow,
    "publication_editions": documents.PublicationEditionRow,
    "national_documents": documents.NationalDocumentRow,
    "national_positions": documents.PositionRow,
    "interfaces": equipment.InterfaceRow,
    "parameter_definitions": equipment.ParameterDefinitionRow,
    "requirements": documents.RequirementRow,
    "equipment": equipment.EquipmentRow,
    "equipment_interfaces": equipment.EquipmentInterfaceRow,
    "munitions": munitions.MunitionRow,
    "manufacturers": equipment.ManufacturerRow,
    "capabilities": equipment.CapabilityRow,
    "acceptances": equipment.AcceptanceRow,
    "parameters": equipment.ParameterRow,
    "holdings": equipment.HoldingRow,
    "munition_uses": munitions.MunitionUseRow,
    "policy_restrictions": munitions.PolicyRestrictionRow,
    "production_sites": munitions.ProductionSiteRow,
    "frameworks": munitions.FrameworkRow,
    "investment_indicators": munitions.InvestmentIndicatorRow,
    "findings": munitions.FindingRow,
}

__all__ = ["TABLES", "Record", "Row"]
