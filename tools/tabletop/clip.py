"""Train the image–text encoder (a CLIPModel) to say whether a picture shows an edit's target caption.

Pairs are judged one by one (sigmoid loss with a learned bias, Zhai et al. 2023), mostly within an episode:
its target and completed frames fit its target caption; its source, half-way state, cross-fades, earlier
frames and drawn rivals do not. What a source shows is learned beside it, by names (names.py). calibrate.py
then finds from where on an edit counts as complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import data
import shards
import torch
import vae
import weights
from judged import HALF, RIVALS, TARGET, Judged
from latents import tokens
from loop import Options, on_the_host, read_options, train
from names import named
from passes import Tensors
from presets import FRAMES, PICTURE_SIZE, Judge, Preset
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPConfig, CLIPModel, T5Tokenizer

from frame2frame.engine.sampling.restorer import restored
from frame2frame.worlds.tabletop.draws import Draws

ACROSS = 0.25
"""Weight of the pairs of one episode's target with another's caption."""

NAMED, VAIN = 0.5, 0.5
"""Weights of the pairs of a source with names, and of all pictures with what a wish in vain would end in."""


def build(preset: Preset, vocabulary: int) -> Any:
    shape = preset.judge
    text = {
        "vocab_size": vocabulary,
        "hidden_size": shape.text_width,
        "intermediate_size": 4 * shape.text_width,
        "num_hidden_layers": shape.text_layers,
        "num_attention_heads": max(1, shape.text_width // 32),
        "max_position_embeddings": preset.text_length,
        "pad_token_id": 0,
        "bos_token_id": 0,
        "eos_token_id": 1,
    }
    vision = {
        "hidden_size": shape.width,
        "intermediate_size": 4 * shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": max(1, shape.width // 32),
        "image_size": PICTURE_SIZE,
        "patch_size": shape.patch,
    }
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=shape.projection))


class Bias(nn.Module):
    """The learned bias of the sigmoid loss; no part of a CLIPModel."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.tensor(-3.0))


@dataclass(frozen=True)
class Sheet:
    """For each episode of a batch the pictures to judge, by their index in the cache."""

    clips: list[int]
    pictures: list[list[int]]
    captions: list[str]
    there: list[str]
    """What each source shows."""
    absent: list[str]
    """What it does not."""
    vain: list[str]
    """What a wish that it cannot fulfil would end in."""
    kinds: list[str]


POSITIVES, SOURCE, FADE = 2, 2, 4
"""A row: target, completed frame; then source, half-way state, fade, two earlier frames, two rivals."""


class JudgeJob:
    """Sigmoid loss of picture–caption pairs."""

    name = "clip"

    def __init__(self, options: Options) -> None:
        self.shape: Judge = options.preset.judge
        self.recipe, self.device = self.shape.recipe, options.device
        torch.manual_seed(options.preset.seed + 2)
        self.tokenizer = T5Tokenizer.from_pretrained(str(options.tokenizer), local_files_only=True)
        self.clip = build(options.preset, len(self.tokenizer)).to(self.device)
        self.bias = Bias().to(self.device)
        self.modules = {"clip": self.clip, "bias": self.bias}
        self.stills = vae.for_stills(vae.load(options)[0])
        self.restorer = _restorer(options)
        self.clips = shards.Clips(options.clips / "train", self.device)
        self.taught = [i for i, record in enumerate(self.clips.records) if record.is_told]
        self.checked = shards.Clips(options.clips / "held_out")
        nn.init.constant_(self.clip.logit_scale, 2.3)
        if self.device == "cuda":
            for layer in self.clip.vision_model.encoder.layers:
                layer.compile(dynamic=False)

    def draw(self, generator: torch.Generator) -> Tensors:
        sheet = self._sheet(on_the_host(generator))
        pictures = self.clips.take(sheet.clips, sheet.pictures)
        count = pictures.shape[0] * pictures.shape[1]
        kinds = torch.tensor([data.ALL_KINDS.index(kind) for kind in sheet.kinds])
        noise = (count, 3, PICTURE_SIZE, PICTURE_SIZE)
        device = self.device
        return {
            "pictures": pictures,
            "ids": self._ids(sheet.captions).to(device),
            "names": self._ids(sheet.there + sheet.absent).to(device),
            "vain": self._ids(sheet.vain).to(device),
            "kinds": kinds.to(device),
            "fade": torch.rand((len(pictures), 1, 1, 1), generator=generator, device=device),
            "shares": torch.rand(count, generator=generator, device=device),
            "levels": torch.rand((count, 1, 1, 1), generator=generator, device=device),
            "noise": torch.randn(noise, generator=generator, device=device),
        }

    def figures(self, batch: Tensors) -> Tensors:
        pictures = data.to_model(batch["pictures"]).transpose(1, 2).contiguous()
        pictures[:, FADE] = fade(pictures[:, SOURCE], pictures[:, 0], batch["fade"])
        sources = pictures[:, SOURCE, None].expand_as(pictures).flatten(0, 1)
        judged = self.images(self._worn(pictures.flatten(0, 1), sources, batch)).reshape(
            *pictures.shape[:2], -1
        )
        captions = self._text_vectors(batch["ids"])
        within = self.logits(torch.einsum("ekc,ec->ek", judged, captions))
        fits = -functional.logsigmoid(within[:, :POSITIVES]).mean()
        misfits = -functional.logsigmoid(-within[:, POSITIVES:]).mean()
        naming = self._naming(judged[:, SOURCE], self._text_vectors(batch["names"]))
        vain = self.logits(torch.einsum("ekc,ec->ek", judged, self._text_vectors(batch["vain"])))
        in_vain = -functional.logsigmoid(-vain).mean()
        loss = fits + misfits + ACROSS * self._across(judged[:, 0] @ captions.T, batch["kinds"])
        right = (within[:, :1] > within[:, POSITIVES:]).float().mean()
        figures = {"fits": fits, "misfits": misfits, "naming": naming, "vain": in_vain, "right": right}
        return {"loss": loss + NAMED * naming + VAIN * in_vain, **figures}

    def _naming(self, sources: Tensor, names: Tensor) -> Tensor:
        """Names of what is there, then as many of what is not."""
        there, absent = (self.logits((sources * some).sum(dim=-1)) for some in names.chunk(2))
        return -(functional.logsigmoid(there) + functional.logsigmoid(-absent)).mean()

    def _across(self, cosines: Tensor, kinds: Tensor) -> Tensor:
        """Other episodes' captions, those of the same kind left out since they may be true as well."""
        apart = (kinds[:, None] != kinds[None]).float()
        losses = -functional.logsigmoid(-self.logits(cosines))
        return (losses * apart).sum() / apart.sum().clamp(min=1.0)

    def logits(self, cosines: Tensor) -> Tensor:
        logits: Tensor = cosines.float() * self.clip.logit_scale.clamp(max=4.6).exp() + self.bias.bias
        return logits

    def images(self, pictures: Tensor) -> Tensor:
        """Unit vectors of pictures (n, 3, 128, 128) from −1 to 1."""
        features = self.clip.get_image_features(pixel_values=pictures).pooler_output
        return functional.normalize(features.float(), dim=-1)

    def texts(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors of texts."""
        return self._text_vectors(self._ids(texts).to(self.device))

    def _ids(self, texts: Sequence[str]) -> Tensor:
        """(texts, tokens), as few as the longest text needs, to the next eight."""
        ids = torch.from_numpy(tokens(self.tokenizer, texts)).long()
        longest = int((ids != 0).sum(dim=1).max())
        return ids[:, : -(-longest // 8) * 8]

    def _text_vectors(self, ids: Tensor) -> Tensor:
        features = self.clip.get_text_features(input_ids=ids).pooler_output
        return functional.normalize(features.float(), dim=-1)

    def _sheet(self, generator: torch.Generator) -> Sheet:
        clips = [self.taught[i] for i in _integers(generator, len(self.taught), self.recipe.batch)]
        records = [self.clips.records[i] for i in clips]
        chances = torch.rand((len(clips), 6), generator=generator).tolist()
        captions = [
            record.target_texts[int(chance[0] * len(record.target_texts))]
            for record, chance in zip(records, chances, strict=True)
        ]
        vain = [
            record.vain_targets[int(chance[5] * len(record.vain_targets))]
            for record, chance in zip(records, chances, strict=True)
        ]
        rows = [row(record, chance[1:5]) for record, chance in zip(records, chances, strict=True)]
        draws = Draws(_integers(generator, 2**31, 1)[0])
        there, absent = zip(*(named(draws, record.things) for record in records), strict=True)
        kinds = [record.kind for record in records]
        return Sheet(clips, rows, captions, [*there], [*absent], vain, kinds)

    def _worn(self, pictures: Tensor, sources: Tensor, batch: Tensors) -> Tensor:
        """A share of the pictures as a generated frame may look: decoded and restored, blurred, or noisy."""
        shares, worn = batch["shares"], pictures.clone()
        if count := round(self.shape.through_vae * len(pictures)):
            through = shares.argsort()[:count]
            mean = vae.encode(self.stills, pictures[through, :, None]).mode()
            decoded = vae.decode(self.stills, mean)[:, :, 0].to(worn.dtype)
            worn[through] = restored(self.restorer, decoded, sources[through]) if self.restorer else decoded
        blurred = (shares > 0.85)[:, None, None, None]
        worn = torch.where(blurred, functional.avg_pool2d(worn, 3, 1, 1, count_include_pad=False), worn)
        level = 0.06 * batch["levels"] * ((shares > 0.7) & (shares < 0.9))[:, None, None, None]
        return worn + batch["noise"] * level

    def held_out(self) -> dict[str, float]:
        """How the judge does on held-out clips; where an edit counts as complete calibrate.py finds."""
        return {**Judged(self.checked, self._cosines).figures(), "bias": float(self.bias.bias)}

    def _cosines(self, pictures: Tensor, texts: Sequence[str]) -> Tensor:
        """Of pictures (n, 3, 128, 128) with a text each."""
        return (self.images(pictures.to(self.device)) * self.texts(texts)).sum(dim=1).cpu()


def _restorer(options: Options) -> dict[str, Tensor]:
    """What gives decoded frames their detail; nothing where there is none yet."""
    if not options.average("restorer").exists():
        return {}
    stored = weights.read(options.average("restorer"))
    return {
        name.removeprefix("restorer."): value.float().to(options.device) for name, value in stored.items()
    }


def row(record: data.Record, chances: Sequence[float]) -> list[int]:
    """The pictures judged of one episode; each chance, from 0 to 1, chooses one of them."""
    complete = FRAMES if record.complete_index is None else record.complete_index
    done = [TARGET, *range(complete, FRAMES)]
    present = [FRAMES + 2 + k for k, name in enumerate(RIVALS) if name in record.present]
    first = int(chances[2] * len(present))
    rivals = [present[first], present[(first + 1) % len(present)]]
    late = max(0, complete - 1 - int(3 * chances[3]))
    early = int(chances[1] * complete)
    return [TARGET, done[int(chances[0] * len(done))], 0, HALF, 0, early, late, *rivals]


def fade(source: Tensor, target: Tensor, chance: Tensor) -> Tensor:
    """Cross-fades with 15 to 75 % of the target, for chances from 0 to 1."""
    share = 0.6 * chance + 0.15
    return (1.0 - share) * source + share * target


def _integers(generator: torch.Generator, below: int, count: int) -> list[int]:
    drawn: list[int] = torch.randint(below, (count,), generator=generator).tolist()
    return drawn


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(JudgeJob(options), options)


if __name__ == "__main__":
    main()
