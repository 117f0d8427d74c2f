"""The memory that a process takes, as Linux tells it."""

from pathlib import Path


def resident_mb(process: int | None = None) -> float | None:
    """Resident memory of a process, by default this one, in MB; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{process or 'self'}/status").read_text(
            encoding="ascii", errors="replace"
        )
    except OSError:
        return None
    kilobytes = (line.split()[1] for line in lines.splitlines() if line.startswith("VmRSS:"))
    return next((float(value) / 1000 for value in kilobytes), None)
