"""Reading the text of files from a word processor."""

import zipfile
from io import BytesIO

import pytest

from forum.editing.documents import NotReadable, text_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def archive(**parts: str) -> bytes:
    """A zip archive; `word__document.xml` stands for word/document.xml."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, text in parts.items():
            zipped.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return buffer.getvalue()


def docx(body: str, numbering: str = "") -> bytes:
    parts = {
        "word__document_xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    }
    if numbering:
        parts["word__numbering_xml"] = f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>'
    return archive(**parts)


def par(text: str, number: str = "", style: str = "") -> str:
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        inside += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{inside}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt '
    'w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/>'
    '</w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num>'
)


def test_numbers_that_word_only_draws_are_counted():
    body = par("Netze", "5") + par("Punkt", "6") + par("Strom", "5") + par("Ende", style="Heading1")
    assert text_of("a.docx", docx(body, NUMBERING)) == "1. Netze\n- Punkt\n2. Strom\n# Ende"


def test_cells_of_a_table_are_parted_by_tabs():
    cells = "".join(f"<w:tc>{par(text)}</w:tc>" for text in ("Jahr", "Anteil"))
    assert text_of("a.docx", docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")).strip() == "Jahr\tAnteil"


def test_opendocument_is_read():
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    content = (
        f"<office:document-content {names}><office:body><office:text><text:h>Netze</text:h>"
        '<text:list text:style-name="L1"><text:list-item><text:p>Eins<text:s text:c="2"/>a</text:p>'
        "</text:list-item><text:list-item><text:p>Zwei</text:p></text:list-item></text:list>"
        "</office:text></office:body></office:document-content>"
    )
    assert text_of("a.odt", archive(content_xml=content)) == "# Netze\n1. Eins  a\n2. Zwei"


def test_text_files_of_windows_are_read():
    assert text_of("a.txt", "„Straße“".encode("cp1252")) == "„Straße“"
    assert text_of("a.txt", "„Straße“".encode()) == "„Straße“"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"),
        ("a.docx", b"no archive"),
        ("a.docx", archive(other_xml="<a/>")),
        ("a.docx", archive(word__document_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        ("a.docx", archive(word__document_xml="<a>")),
    ],
)
def test_what_is_no_document_is_refused(name, content):
    with pytest.raises(NotReadable):
        text_of(name, content)
