"""What the template tells of its sheets and columns, in English and French, where the ontology does not say it."""

from __future__ import annotations

# What a row of each table is.
TABLE_HELP: dict[str, tuple[str, str]] = {
    "sources": ("a page, data set or document that rows cite", "une page, un jeu de données ou un document cité"),
    "bodies": (
        "an organization, or a part of one, that makes standards, plans or buys",
        "un organisme, ou une partie d’organisme, qui normalise, planifie ou achète",
    ),
    "nations": ("the relation of a nation to NATO", "le lien d’un pays avec l’OTAN"),
    "agreements": ("a STANAG, a STANREC or a memorandum", "un STANAG, un STANREC ou un mémorandum"),
    "agreement_editions": ("one edition of an agreement, with its status", "une édition d’un accord, avec son statut"),
    "publications": ("an allied publication or a civil standard", "une publication interalliée ou une norme civile"),
    "publication_editions": (
        "one edition of a publication, with its status",
        "une édition d’une publication, avec son statut",
    ),
    "national_documents": (
        "a document of one nation, which may carry out or cite an agreement",
        "un document d’un pays, qui peut mettre en œuvre ou citer un accord",
    ),
    "national_positions": (
        "what one source says of one nation’s response to editions of an agreement, and of their implementation",
        "ce qu’une source dit de la réponse d’un pays à des éditions d’un accord, et de leur mise en œuvre",
    ),
    "interfaces": ("a kind of joint between weapon and munition", "un type de jonction entre l’arme et la munition"),
    "parameter_definitions": (
        "a quantity that parameters and requirements are about",
        "une grandeur sur laquelle portent paramètres et exigences",
    ),
    "requirements": ("a clause that can be checked", "une clause vérifiable"),
    "equipment": ("a type of weapon or launcher", "un type d’arme ou de lanceur"),
    "equipment_interfaces": ("that a type offers an interface", "qu’un type présente une interface"),
    "munitions": ("a type of munition or component", "un type de munition ou de composant"),
    "manufacturers": ("who makes a type", "qui fabrique un type"),
    "capabilities": ("what a type can do or needs", "ce qu’un type sait faire ou exige"),
    "acceptances": (
        "that one side takes what was made for another interface; it has a direction",
        "qu’un côté accepte ce qui est fait pour une autre interface ; cela a un sens",
    ),
    "parameters": ("a published value of one thing", "une valeur publiée d’un objet"),
    "holdings": ("how much of a type a nation holds or received", "combien un pays détient ou a reçu d’un type"),
    "munition_uses": (
        "that a nation uses, ordered or qualified a munition",
        "qu’un pays emploie, a commandé ou a qualifié une munition",
    ),
    "policy_restrictions": (
        "that a nation or a convention bars or limits a munition",
        "qu’un pays ou une convention interdit ou limite une munition",
    ),
    "production_sites": ("what is made where, and how many a year", "ce qui est fabriqué où, et combien par an"),
    "frameworks": (
        "an arrangement under which nations buy together",
        "un cadre dans lequel des pays achètent ensemble",
    ),
    "investment_indicators": (
        "a share of spending of a nation in a year, to be read beside a pledge",
        "une part de dépense d’un pays pour une année, à lire au regard d’un engagement",
    ),
    "findings": (
        "a documented finding on a pair: a trial, a qualification, a listing, a report",
        "un constat documenté sur un couple : essai, qualification, liste, rapport",
    ),
}

# What a column holds; "table.column" comes before "column", and both before the ontology.
COLUMN_HELP: dict[str, tuple[str, str]] = {
    "id": (
        "identifier by which other rows name this one; it stays the same for good",
        "identifiant par lequel d’autres lignes nomment celle-ci ; il ne change jamais",
    ),
    "url": ("address at which the source can be read", "adresse où la source peut être lue"),
    "publisher": ("who published the source", "qui a publié la source"),
    "source": (
        "identifier of the source that the row was read in; empty: this workbook",
        "identifiant de la source où la ligne a été lue ; vide : ce classeur",
    ),
    "confidence": (
        "how far the row can be relied on; empty: as far as the workbook",
        "confiance que mérite la ligne ; vide : celle du classeur",
    ),
    "sources.confidence": (
        "how far what this source says can be relied on",
        "confiance que mérite ce que dit cette source",
    ),
    "note": ("anything that helps to understand the row", "ce qui aide à comprendre la ligne"),
    "name": ("full name", "nom complet"),
    "name_en": ("name in English", "nom en anglais"),
    "name_fr": ("name in French", "nom en français"),
    "title_en": ("title in English", "titre en anglais"),
    "title_fr": ("title in French", "titre en français"),
    "label_en": ("name in English, as reports show it", "nom en anglais, tel que les rapports le montrent"),
    "label_fr": ("name in French, as reports show it", "nom en français, tel que les rapports le montrent"),
    "document_kind": ("class of the document", "classe du document"),
    "nation": ("nation that the row is about", "pays dont parle la ligne"),
    "national_positions.agreement": ("agreement that the nation answers", "accord auquel le pays répond"),
    "editions": (
        "editions that the nation answers, as 2;3; empty: the source does not say which",
        "éditions auxquelles le pays répond, comme 2;3 ; vide : la source ne dit pas lesquelles",
    ),
    "services": (
        "services for which the answer holds; empty: the source does not say which",
        "armées pour lesquelles la réponse vaut ; vide : la source ne dit pas lesquelles",
    ),
    "response": ("whether the nation accepts the edition", "si le pays accepte l’édition"),
    "responded": ("date of the response", "date de la réponse"),
    "implementation": ("whether a national document carries it out", "si un document national la met en œuvre"),
    "implemented": ("date from which it is carried out", "date depuis laquelle elle est mise en œuvre"),
    "national_positions.document": (
        "document that carries it out, as the source names it",
        "document qui la met en œuvre, tel que la source le nomme",
    ),
    "reservation": ("reservation, in the words of the source", "réserve, dans les termes de la source"),
    "units": (
        "units in which values are written, as mm;m; empty: none",
        "unités dans lesquelles les valeurs s’écrivent, comme mm;m ; vide : aucune",
    ),
    "unit": ("unit of the value, one of those of the parameter", "unité de la valeur, l’une de celles du paramètre"),
    "value_high": (
        "upper end of the value, where the comparator asks for two",
        "borne supérieure de la valeur, si le comparateur en demande deux",
    ),
    "capabilities.value": (
        "answer: a notation of the vocabulary of this capability, or the identifier of a thing",
        "réponse : une notation du vocabulaire de cette capacité, ou l’identifiant d’un objet",
    ),
    "read_from": ("words of the source that were read so", "mots de la source lus ainsi"),
    "equipment_interfaces.equipment": ("type that offers the interface", "type qui présente l’interface"),
    "thing": ("type that is made", "type fabriqué"),
    "as_of": ("date for which the row holds", "date à laquelle vaut la ligne"),
    "basis": (
        "NationalHolding for an inventory, Delivery for deliveries up to a date, which are no inventory",
        "NationalHolding pour un inventaire, Delivery pour des livraisons jusqu’à une date, qui n’en sont pas un",
    ),
    "since": ("date from which the restriction holds", "date depuis laquelle la restriction vaut"),
    "conforms_to": (
        "agreements and publications that the munition is said to conform to",
        "accords et publications auxquels la munition est dite conforme",
    ),
}

README_TEXT: dict[str, tuple[str, ...]] = {
    "en": (
        "How to fill in this workbook",
        "One sheet per table, one row per fact. Fill in the sheets that you need and leave the others as they are.",
        "An empty cell means: not known. It never means no.",
        "Dark headings must be filled in; light ones may stay empty. Point at a heading to see what belongs there.",
        "Dates are as precise as what you know: 2024, 2024-01 or 2024-01-31.",
        "Several values in one cell are separated by a semicolon: DEU;FRA.",
        "Write numbers without separators of thousands: 1234 or 12.5. A decimal comma is understood.",
        "Identifiers hold letters, digits and . - + ( ) / without spaces, as pzh-2000 or STANAG-4425.",
        "A row may name an identifier of this workbook, or one that another source has given already.",
        "The column “source” names a row of the sheet “sources”; empty means that this workbook is the source.",
        "The grey row on each sheet is an example; it is not loaded. You may delete it or leave it.",
        "Values only: formulas, merged cells and macros are refused. Nothing is loaded until every cell is right;"
        " wrong cells come back marked, each with a comment.",
        "The hidden sheet “lists” holds the words of the drop-down lists with their meaning.",
    ),
    "fr": (
        "Comment remplir ce classeur",
        "Une feuille par table, une ligne par fait. Remplissez les feuilles utiles, laissez les autres telles quelles.",
        "Une cellule vide signifie : non connu. Elle ne signifie jamais non.",
        "Les en-têtes foncés sont obligatoires ; les clairs peuvent rester vides. Pointez un en-tête pour voir ce qu’il"
        " faut y mettre.",
        "Les dates sont aussi précises que ce que vous savez : 2024, 2024-01 ou 2024-01-31.",
        "Plusieurs valeurs dans une cellule sont séparées par un point-virgule : DEU;FRA.",
        "Écrivez les nombres sans séparateur de milliers : 1234 ou 12,5. Le point décimal est compris aussi.",
        "Les identifiants ont des lettres, des chiffres et . - + ( ) / sans espaces, comme pzh-2000 ou STANAG-4425.",
        "Une ligne peut nommer un identifiant de ce classeur, ou un autre qu’une autre source a déjà donné.",
        "La colonne « source » nomme une ligne de la feuille « sources » ; vide : ce classeur est la source.",
        "La ligne grise de chaque feuille est un exemple ; elle n’est pas chargée. Supprimez-la ou laissez-la.",
        "Valeurs seulement : formules, cellules fusionnées et macros sont refusées. Rien n’est chargé tant qu’une"
        " cellule est fautive ; les cellules fautives reviennent marquées, chacune avec un commentaire.",
        "La feuille masquée « listes » donne les mots des listes déroulantes avec leur sens.",
    ),
}

# What a cell should hold, by the words of the check.
EXPECTED: dict[str, tuple[str, str]] = {
    "list": ("a word of the list", "un mot de la liste"),
    "several": ("words of the list, separated by ;", "des mots de la liste, séparés par ;"),
    "refers": ("an identifier of the sheet {sheets}", "un identifiant de la feuille {sheets}"),
    "refers-several": (
        "identifiers of the sheet {sheets}, separated by ;",
        "des identifiants de la feuille {sheets}, séparés par ;",
    ),
    "date": ("a date: 2024, 2024-01 or 2024-01-31", "une date : 2024, 2024-01 ou 2024-01-31"),
    "number": ("a number above zero", "un nombre supérieur à zéro"),
    "whole": ("a whole number", "un nombre entier"),
    "percentage": ("a percentage from 0 to 100", "un pourcentage de 0 à 100"),
    "address": ("a web address that begins with http", "une adresse web qui commence par http"),
    "identifier": (
        "letters, digits and . - + ( ) / without spaces",
        "des lettres, des chiffres et . - + ( ) / sans espaces",
    ),
    "texts": ("a text, or several separated by ;", "un texte, ou plusieurs séparés par ;"),
    "text": ("a text", "un texte"),
    "needed": ("Must be filled in.", "Obligatoire."),
    "open": ("May stay empty: not known.", "Peut rester vide : non connu."),
    "own": ("May stay empty: as for the whole workbook.", "Peut rester vide : comme pour tout le classeur."),
    "expected": ("Expected", "Attendu"),
    "sheet": ("sheet", "feuille"),
    "row": ("a row is", "une ligne est"),
    "or": (" or ", " ou "),
}

# Examples for tables of which the public data has no row.
MADE_UP: dict[str, dict[str, str]] = {
    "investment_indicators": {
        "nation": "PRT",
        "indicator": "defence-2014",
        "year": "2024",
        "value": "1.0",
        "note": "the figure is made up",
    },
}
