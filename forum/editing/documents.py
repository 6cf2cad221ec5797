"""The text of a .docx, .odt or .txt file, with the numbers that a word processor only draws.

Both formats are zip archives of XML; reading the little we need takes no library. Sizes are
bounded before anything is unpacked, and XML that declares entities is refused.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

LARGEST = 20_000_000
"""Bytes that a part of an archive may unpack to."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


class NotReadable(Exception):
    """The file is none of the kinds that can be read here, or is damaged."""


def text_of(name: str, content: bytes) -> str:
    """The text of a file, one paragraph a line, cells of tables parted by tabs."""
    kind = name.rpartition(".")[2].lower()
    try:
        if kind == "docx":
            return "\n".join(_docx(zipfile.ZipFile(BytesIO(content))))
        if kind == "odt":
            return "\n".join(_odt(zipfile.ZipFile(BytesIO(content))))
        if kind in {"txt", "md", "text"}:
            return _decoded(content)
    except (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, RuntimeError) as bad:
        raise NotReadable from bad
    raise NotReadable


def _decoded(content: bytes) -> str:
    """Text in UTF-8 or UTF-16 with its mark, else as Windows writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > LARGEST:
        raise NotReadable
    with archive.open(name) as part:
        content = part.read(LARGEST + 1)
    if len(content) > LARGEST or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NotReadable
    return ET.fromstring(content)  # noqa: S314 - no entities, and bounded


# Word ---


def _docx(archive: zipfile.ZipFile) -> Iterator[str]:
    body = _part(archive, "word/document.xml").find(f"{_W}body")
    if body is None:
        raise NotReadable
    has_numbers = "word/numbering.xml" in archive.namelist()
    bullets = _docx_bullets(_part(archive, "word/numbering.xml")) if has_numbers else {}
    counted: Counter[tuple[str, int]] = Counter()
    for element in body:
        if element.tag == f"{_W}p":
            yield _docx_paragraph(element, bullets, counted)
        elif element.tag == f"{_W}tbl":
            yield ""
            for row in element.iter(f"{_W}tr"):
                cells = row.findall(f"{_W}tc")
                yield "\t".join(" ".join(map(_docx_text, c.iter(f"{_W}p"))) for c in cells)
            yield ""
        elif element.tag == f"{_W}sdt":
            for paragraph in element.iter(f"{_W}p"):
                yield _docx_paragraph(paragraph, bullets, counted)


def _docx_bullets(numbering: ET.Element) -> dict[tuple[str, int], bool]:
    """By list and level: whether it has bullets rather than numbers."""
    abstract = {
        (one.get(f"{_W}abstractNumId"), int(level.get(f"{_W}ilvl") or 0)): (
            fmt is not None and fmt.get(f"{_W}val") in {"bullet", "none"}
        )
        for one in numbering.findall(f"{_W}abstractNum")
        for level in one.findall(f"{_W}lvl")
        for fmt in [level.find(f"{_W}numFmt")]
    }
    found = {}
    for one in numbering.findall(f"{_W}num"):
        refers = one.find(f"{_W}abstractNumId")
        for (of, level), is_bullet in abstract.items():
            if refers is not None and refers.get(f"{_W}val") == of:
                found[one.get(f"{_W}numId") or "", level] = is_bullet
    return found


def _docx_paragraph(
    paragraph: ET.Element,
    bullets: dict[tuple[str, int], bool],
    counted: Counter[tuple[str, int]],
) -> str:
    text = _docx_text(paragraph)
    if not text.strip():
        return ""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = (style.get(f"{_W}val") or "").lower() if style is not None else ""
    is_heading = bool(re.match(r"heading|berschrift|überschrift|title|titel", name))
    number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    level = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
    mark = "# " if is_heading else ""
    if number is not None and (number.get(f"{_W}val") or "0") != "0":
        deep = int(level.get(f"{_W}val") or 0) if level is not None else 0
        listed = (number.get(f"{_W}val") or "", deep)
        if deep or bullets.get(listed):
            return f"- {text}"
        counted[listed] += 1
        return f"{mark}{counted[listed]}. {text}"
    return mark + text


def _docx_text(paragraph: ET.Element) -> str:
    """Its words; struck ones and comments of a tracked change are left out."""
    found = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            found.append(element.text or "")
        elif element.tag == f"{_W}tab":
            found.append("\t" if element.get(f"{_W}val") is None else "")
        elif element.tag in {f"{_W}br", f"{_W}cr"}:
            found.append("\n")
        elif element.tag == f"{_W}noBreakHyphen":
            found.append("-")
    return "".join(found)


# OpenDocument ---


def _odt(archive: zipfile.ZipFile) -> Iterator[str]:
    content = _part(archive, "content.xml")
    styles = [content]
    if "styles.xml" in archive.namelist():
        styles.append(_part(archive, "styles.xml"))
    bulleted = {
        style.get(f"{_STYLE}name")
        for part in styles
        for style in part.iter(f"{_TEXT}list-style")
        if style.find(f"{_TEXT}list-level-style-bullet") is not None
    }
    body = content.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text")
    if body is None:
        raise NotReadable
    counted: Counter[str] = Counter()
    for element in body:
        yield from _odt_element(element, bulleted, counted)


def _odt_element(
    element: ET.Element, bulleted: set[str | None], counted: Counter[str]
) -> Iterator[str]:
    if element.tag == f"{_TEXT}p":
        yield _odt_text(element)
    elif element.tag == f"{_TEXT}h":
        yield f"# {_odt_text(element)}"
    elif element.tag == f"{_TEXT}list":
        yield from _odt_list(element, bulleted, counted)
    elif element.tag == f"{_TEXT}section":
        for one in element:
            yield from _odt_element(one, bulleted, counted)
    elif element.tag == f"{_TABLE}table":
        yield ""
        for row in element.iter(f"{_TABLE}table-row"):
            cells = row.findall(f"{_TABLE}table-cell")
            yield "\t".join(" ".join(map(_odt_text, c.iter(f"{_TEXT}p"))) for c in cells)
        yield ""


def _odt_list(
    element: ET.Element, bulleted: set[str | None], counted: Counter[str]
) -> Iterator[str]:
    style = element.get(f"{_TEXT}style-name") or ""
    goes_on = element.get(f"{_TEXT}continue-numbering") == "true" or (
        f"{_TEXT}continue-list" in element.attrib
    )
    if not goes_on:
        counted[style] = 0
    for item in element.findall(f"{_TEXT}list-item"):
        counted[style] += 1
        for place, one in enumerate(item):
            if one.tag == f"{_TEXT}list":
                for nested in one.iter(f"{_TEXT}p"):
                    yield f"- {_odt_text(nested)}"
            elif one.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
                mark = "# " if one.tag == f"{_TEXT}h" else ""
                number = "- " if style in bulleted else f"{mark}{counted[style]}. "
                yield (number if place == 0 else "") + _odt_text(one)


def _odt_text(element: ET.Element) -> str:
    found = [element.text or ""]
    for one in element:
        if one.tag == f"{_TEXT}s":
            found.append(" " * min(int(one.get(f"{_TEXT}c") or 1), 100))
        elif one.tag == f"{_TEXT}tab":
            found.append("\t")
        elif one.tag == f"{_TEXT}line-break":
            found.append("\n")
        elif one.tag not in {f"{_TEXT}note", f"{_TEXT}tracked-changes"}:
            found.append(_odt_text(one))
        found.append(one.tail or "")
    return "".join(found)
