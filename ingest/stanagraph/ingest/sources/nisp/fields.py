"""The fields that each element of the NISP has: what `docs/nisp-mapping.md` says a term of, and no others."""

from __future__ import annotations

_HISTORY = "status.uri status.history[].flag status.history[].date status.history[].rfcp status.history[].version"
_DOCUMENT = (
    "element nispid url uuid nisptag orgid document.org document.pubnum document.title document.date "
    "document.version rp consumers[] complete"
)
_PROFILE = (
    "element nispid url uuid title profilespec.org profilespec.pubnum profilespec.title profilespec.date "
    "profilespec.version"
)
_PARENTS = "parents[].refid parents[].type parents[].title"
_SUBPROFILES = "subprofiles[].refid subprofiles[].type subprofiles[].title"

# By element, which is the folder that its pages stand in.
FIELDS: dict[str, frozenset[str]] = {
    element: frozenset(" ".join(parts).split())
    for element, parts in {
        "standard": (
            _HISTORY,
            _DOCUMENT,
            "applicability coverdocument[]",
        ),
        "coverdoc": (
            _HISTORY,
            _DOCUMENT,
            "coverstandards[].refid",
        ),
        "capabilityprofile": (
            _HISTORY,
            _PROFILE,
            _SUBPROFILES,
        ),
        "profile": (
            _HISTORY,
            _PROFILE,
            _PARENTS,
            _SUBPROFILES,
        ),
        "serviceprofile": (
            _HISTORY,
            _PROFILE,
            _PARENTS,
            "sptype description taxonomy[] refgroup[].obligation refgroup[].lifecycle",
            "refgroup[].standards[].refid refgroup[].description",
        ),
        "profilespec": ("element nispid url uuid orgid pubnum psdate title version note",),
        "organization": (
            "element nispid url key short long uri stuff.standards.references[] stuff.standards.owns",
            "stuff.capabilityprofiles.owns stuff.capabilityprofiles.references stuff.profiles.owns",
            "stuff.profiles.references stuff.serviceprofiles.owns stuff.serviceprofiles.references",
        ),
        "responsibleparty": ("element nispid url key short long responsible.standards[] responsible.number",),
        "node": (
            "element nispid url emUUID title description parent level usage.serviceprofiles[].spid",
            "usage.serviceprofiles[].standards[].refid",
        ),
    }.items()
}
