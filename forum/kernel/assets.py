"""Static files: one content hash for the whole folder, compressed once, kept for a year.

The address of every asset is `/static/<hash>/<path>`. A changed file changes the hash, so browsers
may keep what they have for ever. Relative addresses within the style sheets keep working.
"""

import shutil
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

YEAR = 365 * 24 * 3600
# Linked as one file: five requests less, and the order of the cascade layers is fixed here.
BUNDLE = ("tokens.css", "base.css", "layout.css", "components.css", "pages.css", "forum.css")


def digest(folder: Path) -> str:
    """The first 12 hex digits of the hash over all names and contents in `folder`."""
    total = sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def prepare(source: Path, cache: Path) -> tuple[Path, str]:
    """Copy, bundle and compress `source` into `cache`, once per content: folder and hash."""
    version = digest(source)
    target = cache / version
    if not target.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=cache))
        built = work / "static"
        shutil.copytree(source, built)
        sheets = [built / "css" / name for name in BUNDLE if (built / "css" / name).is_file()]
        (built / "css" / "bundle.css").write_text("\n".join(s.read_text() for s in sheets))
        compressor = Compressor(use_gzip=True, use_brotli=True, quiet=True)
        for path in [p for p in built.rglob("*") if p.is_file()]:
            if compressor.should_compress(path.name):
                list(compressor.compress(str(path)))
        try:
            built.rename(target)  # atomic: another process sees all of it or nothing
        except OSError:
            if not target.is_dir():
                raise
        shutil.rmtree(work, ignore_errors=True)
    return target, version


def serve(wsgi: Callable[..., Any], folder: Path, version: str) -> WhiteNoise:
    """Answer `/static/<hash>/…` before the app, with a year's lifetime."""
    server = WhiteNoise(wsgi, max_age=YEAR, immutable_file_test=lambda _path, _url: True)
    server.add_files(str(folder), prefix=f"static/{version}/")
    return server
