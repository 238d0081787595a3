"""SPARQL over HTTP: the protocol, what queries may cost, and mutable copies for scenarios.

settings     what a query may cost
errors       what can be wrong with one
syntax       as much of SPARQL as must be known before: SERVICE and LOAD, FROM, USING
protocol     from a request to a query or an update
formats      in which forms answers come
turns, pool, worker  the confined processes (`api/confined/`) and who may have one
answering    from frames to a response
description  what the service says of itself
endpoint     all of it together, for a release
copies       mutable copies, one for each scenario of an owner
graph_store  the Graph Store Protocol
"""

from __future__ import annotations

from .endpoint import Sparql, sparql_of
from .settings import SparqlSettings

__all__ = ["Sparql", "SparqlSettings", "sparql_of"]
