"""Source: the text of a file together with all it takes to write it back byte for byte."""

from __future__ import annotations

import hashlib
import io
import tokenize
from dataclasses import dataclass

from tracec.passes.nouns.errors import TracecError


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded file. `text` keeps its line ends (`\\r\\n` stays); the BOM is not in it. `sha256` is of the bytes."""

    path: str
    text: str
    encoding: str
    bom: bool
    sha256: str

    @staticmethod
    def decode(path: str, data: bytes) -> Source:
        """Decode a file's bytes by its BOM or encoding cookie; TracecError where they do not decode."""
        try:
            name = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            bom = name == "utf-8-sig"
            encoding = "utf-8" if bom else name
            text = data[3 if bom else 0 :].decode(encoding)
        except (SyntaxError, UnicodeDecodeError) as error:
            raise TracecError(f"cannot be decoded ({error})", "mend its encoding cookie", path=path, line=1) from None
        return Source(path, text, encoding, bom, hashlib.sha256(data).hexdigest())

    def encode(self, text: str) -> bytes:
        """Encode another text in this file's encoding, with its BOM; TracecError where it has no such character."""
        try:
            return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise TracecError(
                f"{self.encoding} has no {error.object[error.start]!r}",
                "add an encoding cookie",
                path=self.path,
                line=1,
            ) from None
