"""What can be wrong with a query; each has its problem type.

BadQuery          it cannot be read: syntax, parameters, more than one of it      (400)
QueryRefused      it could be carried out, but is not: SERVICE, LOAD, FROM         (400)
QueryStopped      it has reached a limit: time, memory, rows, megabytes            (422)
TooManyQueries    its caller has as many queries as one caller may                 (429)
BadDocument       a document for a graph cannot be parsed                     (400)
UnsupportedMedia  the body is of a type that is not read                           (415)
TooLarge          the body is larger than is read                                  (413)
GraphNotFound     the store has no such graph                                      (404)
PreconditionFailed  the graph is not in the state that If-Match or If-None-Match asks for  (412)
TooManyCopies     the owner has as many copies as one may have                (409)
CopyFull          the copy has grown to its limit                                  (507)
"""

from __future__ import annotations

from stanagraph.graph.errors import BadInput


class BadQuery(BadInput):
    """A query, an update or its parameters cannot be read; `parameter` says which, where that is known."""

    status = 400
    problem = "bad-query"

    def __init__(self, why: str, parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(why)


class QueryRefused(BadInput):
    """The query asks for what this service does not do, as reading from elsewhere."""

    status = 400
    problem = "query-refused"


class QueryStopped(BadInput):
    """The query has reached the limit `which`, and was ended."""

    problem = "query-stopped"

    def __init__(self, which: str, allowed: float) -> None:
        self.which, self.allowed = which, allowed
        texts = {
            "seconds": f"the query took longer than {allowed:g} seconds and was ended",
            "memory": f"the query needed more than {allowed:g} megabytes of memory and was ended",
            "rows": f"the answer has more than {allowed:g} rows: add a LIMIT, or ask for less",
            "megabytes": f"the answer has more than {allowed:g} megabytes: add a LIMIT, or ask for less",
        }
        super().__init__(texts[which])


class TooManyQueries(BadInput):
    """The caller has as many queries running as one caller may have at once."""

    status = 429
    problem = "too-many-queries"

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        super().__init__(f"{allowed} queries of this caller are running, and there may be no more: wait for one to end")


class BadDocument(BadInput):
    """A document that is to come into a graph cannot be parsed."""

    status = 400


class UnsupportedMedia(BadInput):
    """The body of the request is of a media type, or in an encoding, that is not read here."""

    status = 415
    problem = "unsupported-media-type"


class TooLarge(BadInput):
    """The body of the request is larger than what is read here."""

    status = 413
    problem = "too-large"


class GraphNotFound(BadInput):
    """The store has no graph of this name."""

    status = 404
    problem = "graph-not-found"


class PreconditionFailed(BadInput):
    """A graph is not, or is, in a state that the request names."""

    status = 412
    problem = "precondition-failed"


class TooManyCopies(BadInput):
    """An owner has as many mutable copies as one may have."""

    status = 409
    problem = "too-many-copies"

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        super().__init__(f"there are {allowed} mutable copies of this owner, and there may be no more: remove one")


class CopyFull(BadInput):
    """A mutable copy has grown as large as it may."""

    status = 507
    problem = "copy-full"
