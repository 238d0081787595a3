"""Requirements packages: what applies to a munition for an interface, a class or equipment, frozen for one nation."""

from .build import SCOPES, build
from .model import (
    Basis,
    DocumentPart,
    Edition,
    Obligation,
    OpenPoint,
    Package,
    Position,
    Reason,
    RequirementPart,
    Source,
)

__all__ = [
    "SCOPES", "Basis", "DocumentPart", "Edition", "Obligation", "OpenPoint", "Package", "Position", "Reason",
    "RequirementPart", "Source", "build",
]  # fmt: skip
