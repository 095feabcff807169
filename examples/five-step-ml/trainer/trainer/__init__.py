"""Training code for the five-step example."""
