"""The names of sheets and columns in English and French, and how what people write is matched with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from ...tables import TABLES

# The English names are those of the tables and their columns.
SHEETS_FR = {
    "sources": "sources",
    "bodies": "organismes",
    "nations": "pays",
    "agreements": "accords",
    "agreement_editions": "éditions_accords",
    "publications": "publications",
    "publication_editions": "éditions_publications",
    "national_documents": "documents_nationaux",
    "national_positions": "positions_nationales",
    "interfaces": "interfaces",
    "parameter_definitions": "définitions_paramètres",
    "requirements": "exigences",
    "equipment": "matériels",
    "equipment_interfaces": "interfaces_matériels",
    "munitions": "munitions",
    "manufacturers": "fabricants",
    "capabilities": "capacités",
    "acceptances": "acceptations",
    "parameters": "paramètres",
    "holdings": "dotations",
    "munition_uses": "emplois_munitions",
    "policy_restrictions": "restrictions",
    "production_sites": "sites_production",
    "frameworks": "cadres_acquisition",
    "investment_indicators": "indicateurs_investissement",
    "findings": "constats",
}
COLUMNS_FR = {
    "accepted": "accepté",
    "accepting": "acceptant",
    "agreement": "accord",
    "alliance_group": "groupe_alliance",
    "alliance_since": "allié_depuis",
    "as_of": "en_date_du",
    "barrel_length_cal": "longueur_tube_calibres",
    "basis": "base",
    "body_kind": "nature_organisme",
    "bore": "âme",
    "calibre_mm": "calibre_mm",
    "capability": "capacité",
    "capacity_per_year": "capacité_par_an",
    "captured": "relevé_le",
    "case_length_mm": "longueur_douille_mm",
    "cites": "cite",
    "clause": "clause",
    "comparator": "comparateur",
    "component": "composant",
    "condition": "condition",
    "confidence": "confiance",
    "conforms_to": "conforme_à",
    "covered_by": "couvert_par",
    "critical_inputs": "intrants_critiques",
    "custodian": "responsable",
    "designation": "désignation",
    "document": "document",
    "document_kind": "nature_document",
    "domain": "domaine",
    "edition": "édition",
    "editions": "éditions",
    "equipment": "matériel",
    "figure": "nature_chiffre",
    "framework_kind": "nature_cadre",
    "governance": "régime",
    "governed_by": "régi_par",
    "id": "identifiant",
    "implementation": "mise_en_œuvre",
    "implemented": "mis_en_œuvre_le",
    "indicator": "indicateur",
    "inputs": "intrants",
    "interface": "interface",
    "label_en": "libellé_anglais",
    "label_fr": "libellé_français",
    "length_mm": "longueur_mm",
    "manufacturer": "fabricant",
    "mass_kg": "masse_kg",
    "maximum_pressure_mpa": "pression_maximale_mpa",
    "munition": "munition",
    "munition_class": "classe_munitions",
    "munition_classes": "classes_munitions",
    "munition_kind": "nature_munition",
    "name": "nom",
    "name_en": "nom_anglais",
    "name_fr": "nom_français",
    "nation": "pays",
    "nations": "pays",
    "note": "note",
    "origin": "origine",
    "parameter": "paramètre",
    "part_of": "fait_partie_de",
    "produced_in": "produit_en",
    "producer": "producteur",
    "product": "produit",
    "promulgated": "promulgué_le",
    "publication": "publication",
    "publisher": "éditeur",
    "quantity": "quantité",
    "read_from": "lu_dans",
    "reason": "motif",
    "reason_code": "code_motif",
    "release": "autorisation",
    "reservation": "réserve",
    "responded": "répondu_le",
    "response": "réponse",
    "role": "rôle",
    "round_assembly": "assemblage_coup",
    "same_design_as": "même_conception_que",
    "scope": "portée",
    "services": "armées",
    "short_name": "nom_abrégé",
    "since": "depuis",
    "site": "site",
    "source": "source",
    "source_kind": "nature_source",
    "stage": "étape",
    "started": "commencé_en",
    "status": "statut",
    "status_as_of": "statut_en_date_du",
    "stock_number": "numéro_nomenclature",
    "subject": "sujet",
    "subject_class": "classe_visée",
    "subject_interface": "interface_visée",
    "superseded_by": "remplacé_par",
    "task": "tâche",
    "text": "texte",
    "thing": "objet",
    "title_en": "titre_anglais",
    "title_fr": "titre_français",
    "towards": "envers",
    "unit": "unité",
    "units": "unités",
    "url": "adresse",
    "value": "valeur",
    "value_high": "valeur_haute",
    "verdict": "verdict",
    "verification": "vérification",
    "weapon_kind": "nature_arme",
    "year": "année",
}
README = {"en": "Read me", "fr": "Lisez-moi"}
LISTS = {"en": "lists", "fr": "listes"}
EXAMPLE = {"en": "EXAMPLE: ", "fr": "EXEMPLE : "}
_MARKED = re.compile(r"\s*ex[ae]mple\s*:", re.I)


def folded(name: str) -> str:
    """A name as it is compared: without case, accents, and kinds of blanks between its words."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[\s_-]+", "_", bare.strip().casefold())


def sheet_name(table: str, language: str) -> str:
    """The name of the sheet of a table."""
    return SHEETS_FR[table] if language == "fr" else table


def heading(column: str, language: str) -> str:
    """The heading of a column."""
    return COLUMNS_FR[column] if language == "fr" else column


@cache
def tables_by_name() -> dict[str, str]:
    """The table that a sheet or file is, by its folded name."""
    french = {folded(name): table for table, name in SHEETS_FR.items()}
    return french | {folded(table): table for table in TABLES}


@cache
def columns_by_heading(table: str) -> dict[str, str]:
    """The columns of a table by folded heading."""
    columns = list(TABLES[table].model_fields)
    return {folded(COLUMNS_FR[column]): column for column in columns} | {folded(column): column for column in columns}


def language_of(headings: Iterable[str]) -> str:
    """The language of most of these headings; English where neither has more."""
    english = {folded(column) for column in COLUMNS_FR}
    french = {folded(column) for column in COLUMNS_FR.values()}
    names = [folded(heading) for heading in headings]
    leaning = sum((name in french - english) - (name in english - french) for name in names)
    return "fr" if leaning > 0 else "en"


@cache
def not_tables() -> frozenset[str]:
    """The sheets of the template that hold no data."""
    return frozenset(folded(name) for names in (README, LISTS) for name in names.values())


def is_example(first: str) -> bool:
    """Whether a row is marked as an example by its first cell. No id can begin so: it would hold a colon."""
    return _MARKED.match(first) is not None
