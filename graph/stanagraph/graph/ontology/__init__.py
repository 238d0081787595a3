"""The ontology as a product of its own: read, checked, explained, compared and counted."""
