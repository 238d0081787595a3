"""Descriptions of systems judged over HTTP.

settings  how much may be asked at once, and how many reports are kept
asked     from the body of a request to descriptions
errors    what is wrong with them, with a JSON Pointer each
judged    from descriptions to reports, a few at a time
kept      reports on the disk, by audience, for whoever has their address
forms     reports in every form in which they can be had
"""

from .judged import Checks

__all__ = ["Checks"]
