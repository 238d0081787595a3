"""What the operator of the service sees and decides: limits, logs, metrics, traces, processes."""
