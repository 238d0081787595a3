"""The documentation of the ontology: pages in two languages, diagrams, and every document in every syntax."""
