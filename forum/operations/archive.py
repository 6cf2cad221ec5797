"""A backup's file: a zip whose manifest says what is in it, of which version, with checksums."""

import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import forum
from forum.operations.errors import OperationError

FORMAT = 1
PRODUCT = "forum-industriepolitik"
MANIFEST, DATABASE, SETTINGS = "manifest.json", "forum.db", "settings.env"
FILES = "files/"
"""Members below it lie in the data folder under the rest of their name."""
_CHUNK = 1 << 20


def write(target: IO[bytes], members: Mapping[str, Path | bytes], about: Mapping[str, Any]) -> None:
    """Write all members, and the manifest last."""
    files = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, source in members.items():
            checksum, size = sha256(), 0
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as out, _opened(source) as data:
                while chunk := data.read(_CHUNK):
                    checksum.update(chunk)
                    out.write(chunk)
                    size += len(chunk)
            files[name] = {"size": size, "sha256": checksum.hexdigest()}
        manifest = {
            "product": PRODUCT,
            "format": FORMAT,
            "version": forum.__version__,
            **about,
            "files": files,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))


def _opened(source: Path | bytes) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source.open("rb")


class Backup:
    """A backup that is whole, ours, and not of a newer version; anything else is refused."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._archive = zipfile.ZipFile(file)
            self.manifest: dict[str, Any] = json.loads(self._archive.read(MANIFEST))
        except FileNotFoundError:
            raise OperationError(f"There is no file {file}.") from None
        except PermissionError:
            raise OperationError(f"{file} may not be read by this user.") from None
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
            raise OperationError(_NO_BACKUP.format(file=file, why=_kind_of(file))) from error
        self._check_version()
        self._check_content()

    def _check_version(self) -> None:
        if not isinstance(self.manifest, dict) or self.manifest.get("product") != PRODUCT:
            why = "it was not made by `forum backup`"
            raise OperationError(_NO_BACKUP.format(file=self.file, why=why))
        version = str(self.manifest["version"])
        if self.manifest["format"] > FORMAT or _numbers(version) > _numbers(forum.__version__):
            raise OperationError(
                f"{self.file} was made by version {version}, this is {forum.__version__}. Install "
                "that version or a later one and restore again. Nothing was changed."
            )

    def _check_content(self) -> None:
        files = self.manifest["files"]
        if set(self._archive.namelist()) != {MANIFEST, *files} or DATABASE not in files:
            raise OperationError(f"{self.file} lacks files or holds others. {_ANOTHER}")
        for name, expected in files.items():
            if ".." in Path(name).parts or Path(name).is_absolute():
                raise OperationError(f"{self.file} names a file outside of its folder: {name!r}.")
            checksum = sha256()
            try:
                with self._archive.open(name) as data:
                    while chunk := data.read(_CHUNK):
                        checksum.update(chunk)
            except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
                raise OperationError(f"{self.file} is damaged at {name}. {_ANOTHER}") from error
            if checksum.hexdigest() != expected["sha256"]:
                raise OperationError(f"{self.file} is damaged at {name}. {_ANOTHER}")

    @property
    def size(self) -> int:
        """Bytes of everything in it, unpacked."""
        return sum(file["size"] for file in self.manifest["files"].values())

    @property
    def kept_files(self) -> list[str]:
        """Names below the data folder."""
        return [n.removeprefix(FILES) for n in self.manifest["files"] if n.startswith(FILES)]

    def read(self, name: str) -> bytes:
        """A small member."""
        return self._archive.read(name)

    def extract(self, name: str, target: Path) -> None:
        """Write a member to `target`, for its owner's eyes only, and onto the disk."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with self._archive.open(name) as data, os.fdopen(handle, "wb") as out:
            while chunk := data.read(_CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())


_ANOTHER = "Nothing was changed; take another backup."
_NO_BACKUP = "{file} is no whole backup of this forum: {why}. " + _ANOTHER


def _kind_of(file: Path) -> str:
    with file.open("rb") as data:
        begins = data.read(4)
    if begins == b"PK\x03\x04":
        return "its end is missing, as when copying was cut short"
    return "it is empty" if not begins else "it is a file of another kind"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
