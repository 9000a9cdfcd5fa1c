"""Train the video model (CogVideoXTransformer3DModel) together with its text encoder (T5) on cached latents.

The noise schedule, the condition (the first picture's latent at latent index 0, zeros elsewhere), the rotary
positions and the text (64 ids, padding attended) are those of diffusers' CogVideoX image-to-video
pipeline, which must give with these weights what it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import data
import numpy as np
import shards
import torch
import truth
import vae
from diffusers import CogVideoXDDIMScheduler, CogVideoXTransformer3DModel
from diffusers.models.embeddings import apply_rotary_emb, get_3d_rotary_pos_embed
from latents import Latents, tokens
from loop import Options, on_the_host, read_options, train
from numpy.typing import NDArray
from passes import Tensors
from presets import FRAMES, LATENT_CHANNELS, PICTURE_SIZE, Preset, Video
from torch import Tensor
from torch.func import functional_call
from transformers import T5Config, T5EncoderModel, T5Tokenizer

from frame2frame.worlds.tabletop import Judged

SIDE = PICTURE_SIZE // 8
SAMPLED_STEPS = 10
SAMPLED = {"cpu": 16, "cuda": 384}
"""Held-out clips that are sampled for the figures."""

TOGETHER = {"cpu": 16, "cuda": 64}
"""Of them so many at once."""

WIDE = 1
"""Of a clip's instructions the first wide one; the first of all is plain."""

Rotary = tuple[Tensor, Tensor]

Sample = Callable[[Tensor, Tensor, torch.Generator], Tensor]
"""From the latents of first pictures and the ids of texts to clips, as `VideoJob.sample`."""


def build_transformer(preset: Preset) -> Any:
    shape = preset.video
    return CogVideoXTransformer3DModel(
        num_attention_heads=shape.heads,
        attention_head_dim=shape.head_width,
        in_channels=2 * LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        time_embed_dim=shape.time_width,
        text_embed_dim=shape.text.width,
        num_layers=shape.layers,
        sample_width=SIDE,
        sample_height=SIDE,
        sample_frames=FRAMES,
        patch_size=2,
        max_text_seq_length=preset.text_length,
        use_rotary_positional_embeddings=True,
        use_learned_positional_embeddings=False,
    )


def build_text_encoder(preset: Preset, vocabulary: int) -> Any:
    shape = preset.video.text
    return T5EncoderModel(
        T5Config(
            vocab_size=vocabulary,
            d_model=shape.width,
            d_kv=shape.width // shape.heads,
            d_ff=shape.inner,
            num_layers=shape.layers,
            num_heads=shape.heads,
            dropout_rate=0.0,
            feed_forward_proj="gated-gelu",
        )
    )


def build_scheduler() -> Any:
    """CogVideoX's schedule without the shift: v-prediction, no signal left at the last step."""
    return CogVideoXDDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        rescale_betas_zero_snr=True,
        snr_shift_scale=1.0,
        clip_sample=False,
        set_alpha_to_one=True,
    )


def rotary(transformer: Any, latent_frames: int) -> Rotary:
    """The rotary positions that the pipeline prepares at the model's own picture size."""
    grid = (SIDE // 2, SIDE // 2)
    cosine, sine = get_3d_rotary_pos_embed(
        embed_dim=transformer.config.attention_head_dim,
        crops_coords=((0, 0), grid),
        grid_size=grid,
        temporal_size=latent_frames,
        device=transformer.device,
    )
    return cosine, sine


def beside(noisy: Tensor, first: Tensor) -> Tensor:
    """The transformer's input: noisy latents, and the first picture's latent followed by zeros."""
    condition = torch.zeros_like(noisy)
    condition[:, 0] = first
    return torch.cat([noisy, condition], dim=2)


class PlainAttention:
    """CogVideoX's joint attention as two matrix products.

    For a few hundred tokens this trains 1.4 times as fast on a CPU, in bf16, as PyTorch's fused attention.
    """

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: None,
        image_rotary_emb: Rotary,
    ) -> tuple[Tensor, Tensor]:
        words = encoder_hidden_states.shape[1]
        tokens = torch.cat([encoder_hidden_states, hidden_states], dim=1)
        projections = (attn.to_q, attn.to_k, attn.to_v)
        query, key, value = (
            part(tokens).unflatten(-1, (attn.heads, -1)).transpose(1, 2) for part in projections
        )
        query, key = (
            _turned(attn.norm_q(query), image_rotary_emb, words),
            _turned(attn.norm_k(key), image_rotary_emb, words),
        )
        shares = (query * query.shape[-1] ** -0.5 @ key.transpose(-1, -2)).softmax(dim=-1)
        mixed = attn.to_out[1](attn.to_out[0]((shares @ value.to(shares.dtype)).transpose(1, 2).flatten(2)))
        return mixed[:, words:], mixed[:, :words]


def _turned(vectors: Tensor, positions: Rotary, words: int) -> Tensor:
    """Rotary positions on the picture's tokens; the words have none."""
    rotate: Any = apply_rotary_emb
    turned = rotate(vectors[:, :, words:], positions)
    return torch.cat([vectors[:, :, :words], turned], dim=2)


EMPHASIS = 4.0
"""How much more a latent that changes counts than one of the still background."""


def emphasis(clip: Tensor) -> Tensor:
    """(clips, latent frames, 1, height, width), of mean one: larger where a clip leaves its first frame.

    Most of a clip only repeats its first frame. The weights do not move the best answer at any place, they
    only say where an error costs more.
    """
    change = (clip - clip[:, :1]).square().mean(dim=2, keepdim=True)
    usual = change[:, 1:].flatten(1).median(dim=1).values.view(-1, 1, 1, 1, 1)
    weights = 1.0 + EMPHASIS * (change / (4.0 * usual + 1e-6) - 0.25).clamp(0.0, 1.0)
    return weights / weights.mean(dim=(1, 2, 3, 4), keepdim=True)


UNCHANGED: Mapping[str, Tensor] = {}


class VideoJob:
    """Mean squared error of the velocity, weighted towards what changes."""

    name = "video"

    def __init__(self, options: Options) -> None:
        self.preset, self.device = options.preset, options.device
        self.shape: Video = options.preset.video
        self.recipe = self.shape.recipe
        torch.manual_seed(self.preset.seed + 1)
        self.tokenizer = T5Tokenizer.from_pretrained(str(options.tokenizer), local_files_only=True)
        self.transformer = build_transformer(self.preset).to(self.device)
        self.text_encoder = build_text_encoder(self.preset, len(self.tokenizer)).to(self.device)
        self.modules = {"transformer": self.transformer, "text_encoder": self.text_encoder}
        self.vae, self.scale = vae.load(options)
        self.takes = {
            length: Latents(options.work / "latents" / "train", length, self.device) for length in (9, FRAMES)
        }
        self.checked = HeldOut(options)
        self.rotary = {count: rotary(self.transformer, count) for count in (3, 5)}
        self.empty = torch.from_numpy(tokens(self.tokenizer, [""])).to(self.device)
        alphas = build_scheduler().alphas_cumprod.float().to(self.device)
        self.signal, self.noise = alphas.sqrt(), (1.0 - alphas).sqrt()
        self._speed_up()

    def _speed_up(self) -> None:
        """The same numbers sooner: the blocks compiled on CUDA, attention written out on the CPU."""
        if self.device == "cpu":
            self.transformer.set_attn_processor(PlainAttention())
            return
        for block in self.transformer.transformer_blocks:
            block.compile(dynamic=False)

    def chosen(self, count: int, generator: torch.Generator) -> tuple[Latents, Tensor, Tensor]:
        """Takes of one length, which of them, and a wording of each."""
        short = float(torch.rand(1, generator=on_the_host(generator))) < self.shape.short_batches
        takes = self.takes[9 if short else FRAMES]
        chosen = self._integers(len(takes), count, generator)
        texts = takes.tensors["tokens"][chosen]
        wording = self._integers(texts.shape[1], len(chosen), generator)
        return takes, chosen, texts[torch.arange(len(chosen), device=self.device), wording]

    def draw(self, generator: torch.Generator) -> Tensors:
        takes, chosen, texts = self.chosen(self.recipe.batch, generator)
        dropped = torch.rand(len(chosen), generator=generator, device=self.device) < self.shape.empty_text
        texts = torch.where(dropped[:, None], self.empty, texts)
        return self._noised(*takes.sample(chosen, self.scale, generator), texts, generator)

    def _noised(self, clip: Tensor, first: Tensor, texts: Tensor, generator: torch.Generator) -> Tensors:
        times = self._integers(len(self.signal), len(clip), generator)
        noise = torch.randn(clip.shape, generator=generator, device=self.device)
        return {"clip": clip, "first": first, "texts": texts, "times": times, "noise": noise}

    def figures(self, batch: Tensors) -> Tensors:
        clip, noise, times = batch["clip"], batch["noise"], batch["times"]
        signal, share = self.signal[times].view(-1, 1, 1, 1, 1), self.noise[times].view(-1, 1, 1, 1, 1)
        noisy, texts = signal * clip + share * noise, self.embed(batch["texts"])
        predicted = self.predict(noisy, batch["first"], texts, times)
        velocity = signal * noise - share * clip
        return {"loss": (emphasis(clip) * (predicted.float() - velocity).square()).mean()}

    def _integers(self, below: int, count: int, generator: torch.Generator) -> Tensor:
        return torch.randint(below, (count,), generator=generator, device=self.device)

    def embed(self, texts: Tensor) -> Tensor:
        embedded: Tensor = self.text_encoder(texts.long())[0]
        return embedded

    def predict(
        self,
        noisy: Tensor,
        first: Tensor,
        texts: Tensor,
        times: Tensor,
        changed: Mapping[str, Tensor] = UNCHANGED,
    ) -> Tensor:
        """The velocity of (clips, latent frames, 16, 16, 16), with tensors of the transformer changed."""
        asked = {
            "hidden_states": beside(noisy, first),
            "encoder_hidden_states": texts,
            "timestep": times,
            "image_rotary_emb": self.rotary[noisy.shape[1]],
            "return_dict": False,
        }
        predicted: Tensor = functional_call(self.transformer, dict(changed), kwargs=asked)[0]
        return predicted

    def held_out(self) -> dict[str, float]:
        """The loss on held-out latents, and how well edits of held-out pictures come out."""
        generator = torch.Generator(self.device)
        generator.manual_seed(0)
        every = torch.arange(len(self.checked.latents), device=self.device)
        batches = [
            self._noised(
                *self.checked.latents.sample(some, self.scale, generator),
                self.checked.latents.tensors["tokens"][some, 0],
                generator,
            )
            for some in torch.split(every, 32)
        ]
        losses = [self.figures(batch)["loss"] for batch in batches]
        return {"loss": float(torch.stack(losses).mean()), **self.checked.figures(self, self.sample)}

    def sample(self, first: Tensor, texts: Tensor, generator: torch.Generator) -> Tensor:
        """Scaled latents of clips (clips, 5, 16, 16, 16), by DDIM without guidance."""
        scheduler, embedded = build_scheduler(), self.embed(texts)
        scheduler.set_timesteps(SAMPLED_STEPS)
        sample = noise_of(first, generator)
        for time in scheduler.timesteps:
            times = torch.full((len(first),), int(time), device=first.device)
            velocity = self.predict(sample, first, embedded, times).float()
            sample = scheduler.step(velocity, int(time), sample).prev_sample
        return sample


def noise_of(first: Tensor, generator: torch.Generator) -> Tensor:
    """What the whole clips of first pictures begin from: (clips, 5, 16, 16, 16)."""
    return torch.randn((len(first), 5, *first.shape[1:]), generator=generator, device=first.device)


class HeldOut:
    """Held-out clips, drawn and encoded."""

    def __init__(self, options: Options) -> None:
        self.device = options.device
        self.latents = Latents(options.work / "latents" / "held_out", FRAMES, self.device)
        clips = shards.Clips(options.clips / "held_out")
        whole = [i for i, record in enumerate(clips.records) if record.course == "whole"]
        chosen = whole[: SAMPLED[self.device]]
        self.episodes = [truth.episode_of(clips.records[i], clips.clip(i)) for i in chosen]
        self.records = [clips.records[i] for i in chosen]

    def figures(self, job: VideoJob, sample: Sample) -> dict[str, float]:
        """Error and success of last frames, as the benchmark counts it, for each world and kind too."""
        judged = self._judged(job, sample, range(len(self.records)), wording=0)
        found = {
            "edit_error": float(np.median([one.edit_error[0] for one in judged])),
            "half": _share(one.half[0] for one in judged),
            "success": _share(one.success[0] for one in judged),
        }
        of_world: dict[str, list[bool]] = {}
        for one, record in zip(judged, self.records, strict=True):
            world = "photographs" if record.of_photograph else "tabletop"
            for name in (world, f"{world}_{record.kind}"):
                of_world.setdefault(name, []).append(bool(one.success[0]))
        found |= {f"success_{name}": _share(of_world[name]) for name in sorted(of_world)}
        if things := [i for i, record in enumerate(self.records) if not record.of_photograph]:
            found["success_wide"] = _share(one.success[0] for one in self._judged(job, sample, things, WIDE))
        return found

    def _judged(self, job: VideoJob, sample: Sample, chosen: Sequence[int], wording: int) -> list[Judged]:
        generator = torch.Generator(self.device)
        generator.manual_seed(1)
        found: list[Judged] = []
        for start in range(0, len(chosen), TOGETHER[self.device]):
            some = chosen[start : start + TOGETHER[self.device]]
            texts = tokens(job.tokenizer, [self.records[i].instructions[wording] for i in some])
            sources = torch.from_numpy(np.stack([self.episodes[i].source for i in some]))
            last = self._last_frames(job, sample, sources[:, None], torch.from_numpy(texts), generator)
            found += [truth.judge(frame, self.episodes[i]) for frame, i in zip(last, some, strict=True)]
        return found

    def _last_frames(
        self, job: VideoJob, sample: Sample, pictures: Tensor, texts: Tensor, generator: torch.Generator
    ) -> NDArray[np.uint8]:
        first = vae.encode(job.vae, data.to_model(pictures.to(self.device))).mode()[:, :, 0]
        sampled = sample(first * job.scale, texts.to(self.device), generator)
        video = vae.decode(job.vae, sampled.transpose(1, 2) / job.scale)
        return np.asarray(data.to_pictures(video[:, :, -1:])[:, 0].cpu().numpy())


def _share(ones: Iterable[bool]) -> float:
    return float(np.mean([bool(one) for one in ones]))


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(VideoJob(options), options)


if __name__ == "__main__":
    main()
