"""What strangers ask for, worked out in a process of its own that can be killed at any instant.

frames    how the service and such a process talk: frames over one socket
cage      what the process may use: memory, time, no network, no other program
sink      where an answer goes: counted, cut off at its limits, in frames
requests  what can be asked: query, update, graphs
making    a mutable copy of a release, with what a scenario supposes
supposing the answer to a scenario
__main__  the process; `python -m stanagraph.api.confined` imports nothing of the service

The service holds the other end (`server/sparql/pool.py`).
"""
