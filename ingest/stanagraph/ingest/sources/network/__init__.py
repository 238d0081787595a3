"""Asking a host on the network: only those that the settings name, never longer or more than they say.

The address that a name stands for is checked and then used: a name that changes its address between the check and the
connection changes nothing. Redirects are checked like the first address. No proxy, password or cookie is ever used.
"""

from .addresses import checked, is_public
from .client import Client
from .clock import Clock, SystemClock
from .faults import NetworkFault
from .files import fetch_file
from .resolving import Resolve, addresses_of

__all__ = [
    "Client",
    "Clock",
    "NetworkFault",
    "Resolve",
    "SystemClock",
    "addresses_of",
    "checked",
    "fetch_file",
    "is_public",
]
