"""Front matter: what an article says about itself before it begins."""

import re

# Front matter: `key: value` lines between two lines of dashes at the start of a file.
FRONT_MATTER = re.compile(
    r"\A---[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)---[ \t]*(?=[\r\n]|\Z)", re.DOTALL
)


def find_front_matter(text: str) -> dict[str, str]:
    """The front matter: `key: value` lines between two lines of dashes at the start; keys in lower case."""
    block = FRONT_MATTER.match(text)
    facts = {}
    for line in block.group(1).splitlines() if block else ():
        key, _, value = (part.strip() for part in line.partition(":"))
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1].strip()
        facts[key.lower()] = value
    return facts
