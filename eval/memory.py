"""The memory that a process takes, as Linux tells it."""

from pathlib import Path


def resident_mb() -> float | None:
    """Resident memory of this process in MB; None where the system does not tell (not Linux)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    kilobytes = (line.split()[1] for line in lines.splitlines() if line.startswith("VmRSS:"))
    return next((float(value) / 1000 for value in kilobytes), None)
