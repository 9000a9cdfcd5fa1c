"""The tokenizer that the training programs build."""

from __future__ import annotations

from pathlib import Path

from tests.training import Modules


def test_capitals_and_punctuation_give_the_same_ids(tools: Modules, work: Path) -> None:
    from transformers import T5Tokenizer

    tokenizer = T5Tokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
    ids = tokenizer("paint the cube blue").input_ids
    assert tokenizer("black & white").input_ids == tokenizer("black and white").input_ids
    assert tokenizer(" Paint the CUBE,  blue. ").input_ids == ids
    assert ids[-1] == tokenizer.eos_token_id == 1


def test_an_unknown_word_is_spelled(work: Path) -> None:
    from transformers import T5Tokenizer

    tokenizer = T5Tokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
    ids = tokenizer("paint the zyzzyva blue").input_ids
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == "paint the zyzzyva blue"
