"""The machine of a measurement: processor, cores, load, and the memory of a process."""

import os
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
# What int8 and float32 arithmetic runs on, the widest last.
INSTRUCTIONS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimd", "asimddp")


def machine(cpuinfo: Path = CPUINFO) -> str:
    """Processor, cores, instructions and the load of the last minute, as far as the system reports."""
    facts = _facts(cpuinfo)
    flags = (facts.get("flags") or facts.get("features") or "").split()
    found = [name for name in INSTRUCTIONS if name in flags]
    model = facts.get("model name") or platform.machine() or "a processor"
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores, {', '.join(found) or 'instructions unknown'}{load}"


def _facts(cpuinfo: Path) -> dict[str, str]:
    """The first value of each key; nothing where there is no such file."""
    facts: dict[str, str] = {}
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return facts
    for line in lines:
        key, _, value = line.partition(":")
        facts.setdefault(key.strip().lower(), value.strip())
    return facts


def resident_mb(process: int | None = None) -> float | None:
    """Resident memory of a process, by default this one, in MB; None where the system does not report it."""
    try:
        lines = Path(f"/proc/{process or 'self'}/status").read_text(
            encoding="ascii", errors="replace"
        )
    except OSError:
        return None
    kilobytes = (line.split()[1] for line in lines.splitlines() if line.startswith("VmRSS:"))
    return next((float(value) / 1000 for value in kilobytes), None)
