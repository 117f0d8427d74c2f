"""The networks, how they are trained and become small files for the CPU."""
