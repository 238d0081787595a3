"""Record the answers of the examples anew, from the current release of this workspace."""

from __future__ import annotations

from .recording import record

if __name__ == "__main__":
    record()
