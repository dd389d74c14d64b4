"""How a run happens: streams, kernels, reduction, attribution, provenance."""
