"""Checking a content folder as a whole, before anything is written."""

from pathlib import Path

from forum.content import answers, consultation, lookup
from forum.content.folder import Folder, Round
from forum.content.writing import Written


def read_folder(path: Path, texts: Path | None = None) -> Folder:
    """Read a round's folder, and the texts of the house where `texts` names their folder.

    Files that others refer to are read before them.
    """
    reading = Round(path)
    _read(reading)
    if texts is not None:
        lookup.house(reading, texts)
    reading.problems.sort()
    return reading.folder


def read_written(written: Written) -> Folder:
    """Check what the product holds, or drafts would make of it, as a folder is checked."""
    reading = Round(Path(), written.files)
    _read(reading)
    return reading.folder


def read_house(written: Written) -> Folder:
    """Check the rules and texts of the house in the same way."""
    reading = Round(Path(), written.files)
    lookup.rules(reading, reading.open("rules.yaml"))
    for fields in reading.open("texts").entries("texts", need=False):
        lookup.text(reading, str(fields.entry["slug"]), fields, fields.entry.get("source") or "")
    return reading.folder


def _read(reading: Round) -> None:
    consultation.sources(reading)
    consultation.consultation(reading)
    consultation.organisations(reading)
    consultation.recommendations(reading)
    answers.parties(reading)
    answers.theses(reading)
    answers.positions(reading)
    lookup.glossary(reading)
    lookup.timeline(reading)
