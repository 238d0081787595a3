"""Conformance: a description of a system, judged clause by clause against a standard, a profile or an interface."""
