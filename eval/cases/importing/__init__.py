"""Question sets in the formats they are published in, read as Byline's own cases, articles and turns."""
