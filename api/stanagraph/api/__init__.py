"""The outside of Stanagraph: the command line, the HTTP service and its pages."""
