"""SHACL over graphs that are too large for a SHACL engine.

pySHACL judges, and it judges everything; but it is asked of each *kind* of thing once. `reach` reads off the shapes
what they can tell apart, `likeness` gives things that no shape can tell apart the same key, and `judge` runs pySHACL
over one of each key with all the triples that its shapes look at.
"""
