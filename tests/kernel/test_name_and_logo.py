"""What the installation is called, on every page and in every mail."""

import pytest

from forum.kernel import identity, ledger
from forum.kernel.mail import post

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40 + b"\xff\xd9"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 40


def call_it(make, name="Forum Hessen", tagline="Ein Bündnis", picture=None):
    def run():
        identity.rename(name, tagline, identity.keep_logo(picture) if picture else None)

    make.run(run)


def test_a_name_stands_in_header_title_and_mail(make, browse, app, work, data_folder):
    make.consultation()
    call_it(make)
    make.run(lambda: post("a@example.org", "Hallo", "Text"))

    home = browse().get("/")
    work()

    assert home.title.text.endswith("– Forum Hessen")
    assert home.select_one("header .brandmark b").text == "Forum Hessen"
    assert home.select_one("footer .brandmark").text.strip().endswith("Ein Bündnis")
    (letter,) = (data_folder / "mail").glob("*.eml")
    assert "From: Forum Hessen <forum@localhost>" in letter.read_text()
    assert make.run(ledger.verify) is None


@pytest.mark.parametrize(
    ("picture", "kind"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
    ids=["png", "jpeg", "webp"],
)
def test_a_logo_goes_out_as_what_it_is_and_only_under_its_own_hash(make, browse, picture, kind):
    make.consultation()
    call_it(make, picture=picture)
    shown = make.run(identity.current)

    answer = browse().client.get(f"/logo/{shown.logo}")

    assert answer.data == picture
    assert answer.content_type == kind
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browse().client.get("/logo/" + "0" * 64 + ".png").status_code == 404
    assert browse().client.get(f"/logo/{shown.logo}x").status_code == 404
    assert f"/logo/{shown.logo}" in str(browse().get("/"))


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + b"\x00" * 20,
        b"<html>",
        PNG[:10],
        JPEG[:-2] + b"<script>",
    ],
)
def test_only_pictures_that_are_drawn_are_taken(app, picture):
    with app.test_request_context():
        assert "SVG" in identity.refusal(picture)


def test_a_large_picture_is_refused_with_its_size(app):
    with app.test_request_context():
        assert "höchstens 300 KB" in identity.refusal(PNG + b"\0" * identity.LARGEST)
        assert identity.refusal(PNG) == ""
