"""Checking a content folder as a whole, before anything is written."""

from pathlib import Path

from forum.content import answers, consultation, lookup
from forum.content.folder import Folder, Round


def read_folder(path: Path, texts: Path | None = None) -> Folder:
    """Read a round's folder, and the texts of the house where `texts` names their folder.

    Files that others refer to are read before them.
    """
    reading = Round(path)
    consultation.sources(reading)
    consultation.consultation(reading)
    consultation.organisations(reading)
    consultation.recommendations(reading)
    answers.parties(reading)
    answers.theses(reading)
    answers.positions(reading)
    lookup.glossary(reading)
    lookup.timeline(reading)
    if texts is not None:
        lookup.house(reading, texts)
    reading.problems.sort()
    return reading.folder
