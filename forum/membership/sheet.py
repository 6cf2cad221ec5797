"""A table of people as they come out of a spreadsheet: CSV or XLSX, read with care. No database.

Formulas are refused, not computed; what is too large is refused before it is unpacked.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from forum.kernel import html
from forum.membership.actions import Invalid

MAX_BYTES = 1_500_000
MAX_UNPACKED = 40_000_000
MAX_ROWS = 5000
MAX_COLUMNS = 30
MAX_CELL = 300

_HEADERS = {
    "name": {"name", "vollstaendigername", "fullname", "person"},
    "first": {"vorname", "firstname"},
    "last": {"nachname", "familienname", "lastname", "surname"},
    "email": {"email", "mail", "emailadresse", "mailadresse", "emailaddress"},
    "organisation": {"organisation", "organization", "verband", "institution"},
    "bench": {"bank", "bench", "gruppe", "group"},
    "speaker": {"sprecher", "sprecherin", "sprecherinoderspecher", "speaker", "spricht"},
}
YES = {"ja", "j", "x", "1", "yes", "y", "true", "wahr"}
NO = {"", "nein", "n", "0", "no", "false", "falsch", "-"}
_FORMULA = ("=", "+", "@", "\t")


@dataclass(frozen=True)
class Row:
    """One line of the table, by the columns we know."""

    number: int
    """As the spreadsheet counts it; the header is line 1."""
    cells: dict[str, str]


def rows(name: str, content: bytes) -> list[Row]:
    """The lines of a file. Raises Invalid with a sentence where it cannot be read."""
    if not content:
        raise Invalid(_("Die Datei ist leer."))
    if len(content) > MAX_BYTES:
        raise Invalid(_("Die Datei ist zu groß: höchstens 1,5 MB."))
    is_xlsx = content[:4] == b"PK\x03\x04"
    if not is_xlsx and name.lower().endswith((".xlsx", ".xls", ".ods")):
        raise Invalid(_("Diese Datei können wir nicht lesen. Speichern Sie sie als XLSX oder CSV."))
    lines = iter(_from_xlsx(content) if is_xlsx else _from_csv(content))
    header, start = _header(lines)
    columns = _columns(header)
    found = []
    for number, line in enumerate(lines, start + 1):
        if any(cell.strip() for cell in line):
            found.append(Row(number, _cells(columns, line)))
        if len(found) > MAX_ROWS:
            raise Invalid(_("Das sind zu viele Zeilen: höchstens 5.000 auf einmal."))
    if not found:
        raise Invalid(_("Unter der Kopfzeile steht niemand."))
    return found


def _header(lines: Iterator[Sequence[str]]) -> tuple[Sequence[str], int]:
    for number, line in enumerate(lines, 1):
        if any(cell.strip() for cell in line):
            return line, number
    raise Invalid(_("Die Datei ist leer."))


def _columns(header: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, title in enumerate(header):
        plain = _plain(title)
        for key, names in _HEADERS.items():
            if plain in names:
                if key in columns:
                    raise Invalid(_("Die Spalte „%(title)s“ steht zweimal da.", title=title[:40]))
                columns[key] = index
    if "email" not in columns or not columns.keys() & {"name", "last"}:
        raise Invalid(
            _(
                "In der ersten Zeile müssen die Spalten benannt sein: mindestens „Name“ und "
                "„E-Mail“, dazu „Organisation“, „Bank“ und „Sprecher“, in beliebiger Folge."
            )
        )
    return columns


def _plain(title: str) -> str:
    text = title.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    text = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z]", "", text.split("/")[0].split(":")[0])


def _cells(columns: dict[str, int], line: Sequence[str]) -> dict[str, str]:
    cells = {
        key: html.plain(line[index])[: MAX_CELL + 1] if index < len(line) else ""
        for key, index in columns.items()
    }
    if "name" not in cells:
        cells["name"] = " ".join(filter(None, (cells.get("first", ""), cells.get("last", ""))))
    return cells


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute this cell when somebody opens it again."""
    return text.startswith(_FORMULA)


def _from_csv(content: bytes) -> Iterator[Sequence[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise Invalid(_("Diese Datei können wir nicht lesen. Speichern Sie sie als XLSX oder CSV."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max((";", ",", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for line in reader:
            if len(line) > MAX_COLUMNS:
                line = line[:MAX_COLUMNS]
            yield line
    except csv.Error as error:
        raise Invalid(_("Zeile %(n)s können wir nicht lesen.", n=reader.line_num)) from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Excel writes on Windows."""
    is_wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    encodings = ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("Diese Datei können wir nicht lesen. Speichern Sie sie als XLSX oder CSV."))


def _from_xlsx(content: bytes) -> Iterator[Sequence[str]]:
    unreadable = Invalid(
        _("Diese Datei können wir nicht lesen. Speichern Sie sie als XLSX oder CSV.")
    )
    try:
        _require_small(content)
        import openpyxl  # takes a while to load, and few need it

        book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        found = [
            [_text(value) for value in line]
            for line in book.worksheets[0].iter_rows(
                max_row=MAX_ROWS + 50, max_col=MAX_COLUMNS, values_only=True
            )
        ]
        book.close()
    except Invalid:
        raise
    except Exception as error:  # whatever a broken file makes the library raise
        raise unreadable from error
    yield from found


def _require_small(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        infos = packed.infolist()
    if len(infos) > 500 or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise Invalid(_("Die Datei ist entpackt zu groß. Löschen Sie, was nicht gebraucht wird."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
