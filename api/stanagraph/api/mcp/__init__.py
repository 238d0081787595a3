"""The questions of the catalogue, verdicts and conformance checks as tools of the Model Context Protocol."""
