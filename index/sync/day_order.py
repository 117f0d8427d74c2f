"""The order in which the dates of a folder are written: 03/04/2021 is read as the others show.

One pass over what was noticed when the files were read. It does not read files itself.
"""

from collections.abc import Iterable

from index.catalog.records import KnownFile
from index.sync.plan import Plan
from index.sync.survey import Survey
from index.text.noticed import DAY_FIRST, MONTH_FIRST, TWO_DAYS


def folder_order(files: Iterable[KnownFile], stated: str) -> str:
    """The one order that dates such as 20/05/2020 show; `stated` when they show none or both."""
    noticed = {remark for file in files for remark in file.noticed}
    shown = [
        order for remark, order in ((DAY_FIRST, "dmy"), (MONTH_FIRST, "mdy")) if remark in noticed
    ]
    return shown[0] if len(shown) == 1 else stated


def plan_again(files: Iterable[KnownFile], found: Survey) -> Plan:
    """The plan to read again what has dates that can be two days."""
    again = tuple(
        file.path for file in files if TWO_DAYS in file.noticed and file.path in found.files
    )
    keep = tuple(path for path in found.files if path not in frozenset(again))
    states = {path: found.states[path] for path in again if path in found.states}
    return Plan((), again, (), keep, frozenset(again), states)
