"""Work that goes on when its request has been answered.

settings  how much of it there may be
log       one file for each job: what has become of it, for every worker to read
running   the threads that do it
asking    whether a request wants it (`Prefer: respond-async`), and the answer to such a request
"""

from .log import Job, JobNotFound, Jobs
from .running import Progress, Work

__all__ = ["Job", "JobNotFound", "Jobs", "Progress", "Work"]
