"""Requests of the SPARQL 1.1 protocol, made by SPARQLWrapper and sent by whoever has the deadline."""

from __future__ import annotations

from urllib.request import Request

import SPARQLWrapper

from .deadlines import AGENT


def query_request(address: str, query: str, accept: str, **parameters: str) -> Request:
    """The request that asks a query, for an answer of one of these media types."""
    request = _request(SPARQLWrapper.SPARQLWrapper(address), query, SPARQLWrapper.SELECT, parameters)
    request.add_header("Accept", accept)
    return request


def update_request(address: str, update: str) -> Request:
    """The request that runs an update."""
    return _request(SPARQLWrapper.SPARQLWrapper(address, updateEndpoint=address), update, SPARQLWrapper.INSERT, {})


def _request(wrapper: SPARQLWrapper.SPARQLWrapper, text: str, kind: str, parameters: dict[str, str]) -> Request:
    # Its `setQuery` guesses from the text what kind it is: comments and names mislead it, and it warns.
    wrapper.queryString, wrapper.queryType = text, kind
    wrapper.agent = AGENT
    wrapper.setMethod(SPARQLWrapper.POST)
    # The names of formats that it would add to the address are understood by some services only.
    wrapper.setOnlyConneg(True)
    for name, value in parameters.items():
        wrapper.addParameter(name.replace("_", "-"), value)
    return wrapper._createRequest()
