"""What texts mean, as vectors: a light static embedding out of a package's wheel, without any network."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.article import Article

SIZE = 256
"""Numbers of a vector."""

_PACKAGE = "wordllama"
_WEIGHTS = "wordllama/weights/l2_supercat_256.safetensors"
_TOKENS = "wordllama/tokenizers/l2_supercat_tokenizer_config.json"
_LONGEST = 4_000
"""Characters of a text that are looked at; a longer section is no clearer about what it means."""

_log = logging.getLogger(__name__)

Vector: TypeAlias = NDArray[np.float32]


Vectors: TypeAlias = NDArray[np.int8]
"""A row for what an article is about, and one for each of its sections, rounded to a byte a number."""


@dataclass(frozen=True, slots=True)
class Model:
    """Words and their vectors; a text is the mean of its words."""

    name: str
    """Differs between two models whose vectors must not be compared."""
    tokenizer: Any
    weights: NDArray[np.float16]

    def embed(self, text: str) -> Vector:
        """Return the direction into which a text points, of length 1; all zeros for a text without words."""
        # One text at a time: in batches the tokenizer starts threads, which a fork would not survive.
        numbers = self.tokenizer.encode(text[:_LONGEST], add_special_tokens=False).ids
        if not numbers:
            return np.zeros(SIZE, np.float32)
        return unit(self.weights[numbers].mean(axis=0, dtype=np.float32))


@cache
def load_model() -> Model | None:
    """Load the embedding, once in a process: nothing changes it.

    Where it cannot be had, say so once in the log and let words alone decide.
    """
    began = time.perf_counter()
    try:
        # The files are read and the package is not imported: that would set up the log of the whole
        # process, and load a client that can download.
        from tokenizers import Tokenizer

        package = distribution(_PACKAGE)
        tokenizer = Tokenizer.from_file(str(package.locate_file(_TOKENS)))
        weights = _mapped(Path(str(package.locate_file(_WEIGHTS))))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        model = Model(f"{_PACKAGE} {package.version}", tokenizer, weights)
    except Exception as error:  # noqa: BLE001 (the Rust parts raise bare Exceptions; search works without)
        _log.warning("search goes by words alone, without meaning: %s: %s", type(error).__name__, error)
        return None
    _log.info("the meaning layer was loaded in %.2f s", time.perf_counter() - began)
    return model


def _mapped(path: Path) -> NDArray[np.float16]:
    """Map the one table of a safetensors file into memory, so that all workers share it."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        table = json.loads(file.read(length))["embedding.weight"]
    begin = 8 + length + table["data_offsets"][0]
    rows, columns = table["shape"]
    if (table["dtype"], columns) != ("F16", SIZE):
        raise ValueError(f"{path} holds other vectors than expected")
    return np.memmap(path, np.float16, "r", begin, (rows, columns))


def unit(vector: Vector) -> Vector:
    """Return vectors of length 1 in the same directions; one without a direction stays all zeros."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector / np.maximum(length, 1e-9), np.float32)


def packed(model: Model, article: Article) -> bytes:
    """Return the vectors of an article: its title and summary, then each section under the title."""
    said: list[tuple[str, ...]] = [(article.title, article.summary)]
    said += [(article.title, section.title, section.text) for section in article.sections]
    rows = np.stack([model.embed(". ".join(filter(None, texts))) for texts in said])
    most = np.abs(rows).max(axis=1, keepdims=True)
    rounded: NDArray[np.int8] = np.round(rows / np.maximum(most, 1e-9) * 127).astype(np.int8)
    return rounded.tobytes()


def unpacked(stored: bytes | None) -> Vectors:
    """Return the vectors of an article as they were stored, none at all where it has none.

    Raises ValueError for other bytes.
    """
    return np.frombuffer(stored or b"", np.int8).reshape(-1, SIZE)
