"""Sources taken in over HTTP, by the pipeline of the command line.

settings  how much may be sent, and how many may be at it
uploads   from the body of a request to files on the disk
orders    what is to be done, and by whom
errors    what is wrong with it, with a JSON Pointer each
process   the pipeline, in a process of its own that can be killed at any instant
working   that process, as the work of a job
answers   the answer to a request that waits for it
"""

from .working import Ingestion

__all__ = ["Ingestion"]
