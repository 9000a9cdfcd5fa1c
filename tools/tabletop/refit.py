"""Fit shipped weights to another tokenizer and another autoencoder, so that training need not begin anew.

A piece that both tokenizers have keeps its vector; another gets the mean of those that the old one spells
it with. Latents are turned: of all rotations of the channels the one that brings the new latents nearest to
the old ones is folded into the transformer's first and last layer. Noise turned is noise as before, which a
map that also stretched would not leave so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import data
import torch
import vae
from presets import FRAMES, LATENT_CHANNELS, Preset
from torch import Tensor

CLIPS = 16
"""Drawn clips whose latents are compared."""

WORDS = {"video": "text_encoder.shared.weight", "clip": "clip.text_model.embeddings.token_embedding.weight"}
"""Of each program the tensor with a row for each piece."""

FIRST, LAST = "transformer.patch_embed.proj.weight", "transformer.proj_out"


def worded(rows: Tensor, old: Any, new: Any) -> Tensor:
    """(pieces of the new tokenizer, width): their vectors, from those of the old one's pieces."""
    spelled = [_spelled(piece, old) for piece in new.convert_ids_to_tokens(range(len(new)))]
    return torch.stack([rows[ids].float().mean(dim=0) for ids in spelled]).to(rows.dtype)


def _spelled(piece: str, old: Any) -> list[int]:
    """The ids that stand for a piece of another tokenizer."""
    own = old.convert_tokens_to_ids(piece)
    if own != old.unk_token_id or piece == old.unk_token:
        return [own]
    begun = old.convert_tokens_to_ids("▁")
    ids = [one for one in old(piece.replace("▁", " ")).input_ids[:-1] if one != begun]
    return ids or [old.unk_token_id]


@torch.no_grad()
def rotation(preset: Preset, old: tuple[Any, float], new: tuple[Any, float], device: str) -> Tensor:
    """(channels, channels): turns latents of the new autoencoder nearest to those of the old.

    An autoencoder comes with the factor that its latents are scaled by.
    """
    planned = [data.plan_clip(preset, "train", index) for index in range(CLIPS)]
    pictures, _ = data.draw_shard(planned, device, FRAMES + 1)
    clips = torch.split(data.to_model(pictures[:, :FRAMES]).to(device), 1)
    found = [
        torch.cat([_channels(vae.encode(model, clip).mode() * scale) for clip in clips])
        for model, scale in (old, new)
    ]
    left, _, right = torch.linalg.svd(found[0].T @ found[1])
    turn: Tensor = (left @ right).cpu()
    return turn


def _channels(latents: Tensor) -> Tensor:
    return latents.movedim(1, -1).reshape(-1, LATENT_CHANNELS).float()


def turned(tensors: Mapping[str, Tensor], turn: Tensor) -> dict[str, Tensor]:
    """The video model's tensors for latents that become the old ones by `turn`."""
    found = dict(tensors)
    first = found[FIRST].float()
    halves = first.reshape(len(first), 2, LATENT_CHANNELS, *first.shape[2:])
    found[FIRST] = torch.einsum("wiohk,oc->wichk", halves, turn).flatten(1, 2).to(tensors[FIRST].dtype)
    for name in (f"{LAST}.weight", f"{LAST}.bias"):
        last = found[name].float()
        last = last.reshape(LATENT_CHANNELS, -1, *last.shape[1:])
        found[name] = torch.einsum("oc,o...->c...", turn, last).flatten(0, 1).to(tensors[name].dtype)
    return found
