"""Tiny vision-language models in the published layouts: random ones, and such as say what they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from frame2frame.engine.device.placement import quiet_loading

COMMIT = "89abcdef" * 5

FAMILIES = ("qwen2_vl", "smolvlm")

_WORDS = ("yes", "no", "Yes", "No")
_END, _PAD = "<|im_end|>", "<|endoftext|>"
_MARKS = {
    "qwen2_vl": ("<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"),
    "smolvlm": (
        *("<|im_start|>", "<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"),
        *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
    ),
}
_TEMPLATES = {
    "qwen2_vl": (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% for part in message['content'] %}"
        "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
        "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    ),
    "smolvlm": (
        "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
        "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
        "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
        "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
        "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
    ),
}
_LAST = {"qwen2_vl": "\n", "smolvlm": ":"}
"""What the template ends with, before the model speaks."""
_PREPARATIONS: Mapping[str, dict[str, Any]] = {
    "qwen2_vl": {
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_processor_type": "Qwen2VLImageProcessor",
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "max_pixels": 12845056,
        "merge_size": 2,
        "min_pixels": 3136,
        "patch_size": 14,
        "processor_class": "Qwen2VLProcessor",
        "temporal_patch_size": 2,
    },
    "smolvlm": {
        "do_convert_rgb": True,
        "do_image_splitting": True,
        "do_normalize": True,
        "do_pad": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "SmolVLMImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "max_image_size": {"longest_edge": 64},
        "processor_class": "SmolVLMProcessor",
        "resample": 1,
        "rescale_factor": 1 / 255,
        "size": {"longest_edge": 128},
    },
}
"""The keys and values of `preprocessor_config.json` of the published ones, but for the sizes of SmolVLM."""


def in_cache(cache: Path, repository: str, family: str = "qwen2_vl", says: tuple[str, ...] = ()) -> Path:
    """A model in the layout of the hub's cache; the folder of its files."""
    place = cache / f"models--{repository.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    return written(place / "snapshots" / COMMIT, family, says)


def written(
    folder: Path, family: str = "qwen2_vl", says: tuple[str, ...] = (), *, wavers: bool = False
) -> Path:
    """A model in a folder: random, or one that says these pieces of a text, all different, and ends.

    One that `wavers` is random too, but says yes or no and nothing else.
    """
    torch.manual_seed(0)
    folder.mkdir(parents=True)
    tokenizer = _tokenizer(family, says)
    tokenizer.save_pretrained(folder)
    with quiet_loading():
        network = _networks[family](tokenizer)
        if says:
            _tell(network, tokenizer, _LAST[family], says)
        if wavers:
            _waver(network, tokenizer, _LAST[family])
        network.save_pretrained(folder)
    _write(folder / "preprocessor_config.json", _PREPARATIONS[family])
    _write(folder / "chat_template.json", {"chat_template": _TEMPLATES[family]})
    if family == "smolvlm":
        _write(folder / "processor_config.json", {"image_seq_len": 16, "processor_class": "SmolVLMProcessor"})
    return folder


def _tokenizer(family: str, says: tuple[str, ...]) -> Any:
    """Bytes, two words as tokens, the family's marks, and each piece of what is said."""
    pieces = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = []
    for word in _WORDS:
        for end in range(1, len(word)):
            merges.append((word[:end], word[end]))
            pieces.setdefault(word[: end + 1], len(pieces))
    made = Tokenizer(models.BPE(pieces, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    fast: Any = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made,
        additional_special_tokens=list(_MARKS[family]),
        eos_token=_END,
        pad_token=_PAD,
    )
    fast.add_tokens([piece for piece in says if piece not in _WORDS])
    return fast


def _tell(network: Any, tokenizer: Any, last: str, says: tuple[str, ...]) -> None:
    """Let every token be followed by the one that comes after it in what is said, whatever is seen."""
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight.zero_()  # nothing is added to a token on its way
        head, table = network.get_output_embeddings().weight, network.get_input_embeddings().weight
        head.zero_()
        numbers = [tokenizer.encode(piece, add_special_tokens=False)[0] for piece in (last, *says)]
        for before, after in pairwise([*numbers, tokenizer.eos_token_id]):
            head[after] = 100 * table[before] / table[before].norm()


def _waver(network: Any, tokenizer: Any, last: str) -> None:
    """Let either of the two words follow what the template ends with, by what was seen."""
    with torch.no_grad():
        head, table = network.get_output_embeddings().weight, network.get_input_embeddings().weight
        first, yes, no = (tokenizer.encode(word)[0] for word in (last, "yes", "no"))
        head.zero_()
        always = table[first] / table[first].norm()
        head[yes] = head[no] = 100 * always
        leaning = 0.2 * torch.randn(head.shape[1])
        leaning -= (leaning @ always) * always  # or one word would win whatever is seen
        head[yes] += leaning
        head[no] -= leaning


def _qwen(tokenizer: Any) -> Any:
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 32768,
        "rope_scaling": {"type": "mrope", "mrope_section": [4, 6, 6]},
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "tie_word_embeddings": False,
    }
    vision = {
        "depth": 2,
        "embed_dim": 16,
        "hidden_size": 64,
        "num_heads": 2,
        "patch_size": 14,
        "mlp_ratio": 2,
    }
    marks = ("image_pad", "video_pad", "vision_start", "vision_end")
    fields = ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
    numbers = (tokenizer.convert_tokens_to_ids(f"<|{mark}|>") for mark in marks)
    configuration = transformers.Qwen2VLConfig(
        text_config=text,
        vision_config=vision,
        tie_word_embeddings=False,
        **dict(zip(fields, numbers, strict=True)),
    )
    return transformers.Qwen2VLForConditionalGeneration(configuration)


def _smol(tokenizer: Any) -> Any:
    text = {
        "model_type": "llama",
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 64,
        "patch_size": 8,
    }
    configuration = transformers.SmolVLMConfig(
        text_config=text,
        vision_config=vision,
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=False,
    )
    return transformers.SmolVLMForConditionalGeneration(configuration)


_networks = {"qwen2_vl": _qwen, "smolvlm": _smol}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
