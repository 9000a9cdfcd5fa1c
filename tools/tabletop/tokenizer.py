"""Train the T5 tokenizer on the text grammar: unigram, lower case, no punctuation, letters to fall back on.

transformers' T5Tokenizer rebuilds its parts when it loads a folder and keeps, of the normaliser, only a
"precompiled character map" in SentencePiece's format. So lower-casing and the removal of punctuation are
compiled into such a map, by SentencePiece itself.
"""

from __future__ import annotations

import io
import json
import math
import string
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import data
import sentencepiece
from loop import options_of, parser
from presets import Preset
from sentencepiece import sentencepiece_model_pb2 as messages
from tokenizers import Tokenizer, models, normalizers
from transformers import T5Tokenizer

PAD, END, UNKNOWN = range(3)
SPACES = '.,;:!?()[]{}"/\\|-–—…_*#<>«»„“”+=~^`→\u00a0\t\r\n'
"""Characters read as a space; apostrophes are read as nothing."""

AND = " and "
"""What an ampersand is read as."""


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    asked.add_argument("--measure", nargs="+", type=Path, default=[], help="JSON lines with an `instruction`")
    given = asked.parse_args(arguments)
    options = options_of(given)
    texts = list(data.grammar_texts(options.preset.seed, options.preset.texts // 8))
    tokenizer = build(texts, options.preset)
    tokenizer.save_pretrained(str(options.tokenizer))
    print(f"tokenizer vocabulary {len(tokenizer)}; {measured(tokenizer, texts)}")
    for path in given.measure:
        lines = path.read_text(encoding="utf-8").splitlines()
        print(f"{path.name}: {measured(tokenizer, [json.loads(line)['instruction'] for line in lines])}")


def measured(tokenizer: Any, texts: list[str]) -> str:
    """How many pieces texts are spelled with, their ends included, and how much cannot be spelled."""
    ids = tokenizer(texts).input_ids
    lengths = sorted(map(len, ids))
    words, pieces = sum(len(text.split()) for text in texts), sum(lengths)
    unknown = sum(one.count(UNKNOWN) for one in ids)
    return (
        f"{len(texts)} texts, pieces: median {lengths[len(lengths) // 2]}, most {lengths[-1]}, "
        f"{(pieces - len(texts)) / words:.2f} a word, {unknown / pieces:.4%} unknown"
    )


def build(texts: list[str], preset: Preset) -> Any:
    """A tokenizer with the ids of T5: 0 pads, 1 ends a text, 2 stands for what cannot be spelled."""
    trained = _train(texts, preset.vocabulary)
    pieces = {piece.piece: piece.score for piece in trained.pieces}
    pieces |= _words(texts, preset.vocabulary - len(pieces), pieces)
    backend = Tokenizer(models.Unigram(list(pieces.items()), unk_id=UNKNOWN))
    backend.normalizer = normalizers.Precompiled(trained.normalizer_spec.precompiled_charsmap)
    return _as_t5(backend, preset.text_length)


def _words(texts: list[str], most: int, known: Mapping[str, float]) -> dict[str, float]:
    """The grammar's words that the training left in pieces, whole, with their log probability."""
    counts = Counter(word for text in texts for word in text.replace(",", " ").lower().split())
    total = sum(counts.values())
    split = [(f"▁{word}", count) for word, count in counts.most_common() if f"▁{word}" not in known]
    return {piece: math.log(count / total) for piece, count in split[:most]}


def _as_t5(backend: Tokenizer, length: int) -> Any:
    """Write the backend's file and load it the way every user of the folder will."""
    with tempfile.TemporaryDirectory() as folder:
        backend.save(str(Path(folder) / "tokenizer.json"))
        return T5Tokenizer.from_pretrained(
            folder,
            pad_token="<pad>",
            eos_token="</s>",
            unk_token="<unk>",
            extra_ids=0,
            local_files_only=True,
            model_max_length=length,
        )


def _train(texts: list[str], vocabulary: int) -> Any:
    """SentencePiece's own model: its pieces with their scores, and the compiled character map."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rules.write_text("".join(_rules()), encoding="ascii")
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            model_type="unigram",
            vocab_size=vocabulary,
            hard_vocab_limit=False,
            required_chars=string.ascii_lowercase + string.digits,
            pad_id=PAD,
            eos_id=END,
            unk_id=UNKNOWN,
            bos_id=-1,
            num_threads=1,
            normalization_rule_tsv=str(rules),
            minloglevel=2,
        )
    parsed = messages.ModelProto()  # type: ignore[attr-defined]
    parsed.ParseFromString(model.getvalue())
    return parsed


def _rules() -> Iterator[str]:
    """One line a character: its code, a tab, the codes of what it is read as."""
    for code in range(0x20, 0x2200):
        character = chr(code)
        read_as = _read_as(character)
        if read_as != character:
            yield f"{code:X}\t{' '.join(f'{ord(part):X}' for part in read_as)}\n"


def _read_as(character: str) -> str:
    """Lower case without accents; punctuation as a space, apostrophes as nothing."""
    if character in "'’‘":
        return ""
    if character == "&":
        return AND
    if character in SPACES:
        return " "
    parts = unicodedata.normalize("NFKD", character.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return plain if plain.isascii() and plain.isalnum() else character


if __name__ == "__main__":
    main()
