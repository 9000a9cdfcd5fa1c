"""Models on the hub and on this disk: fetch, check, list, remove. Nothing else of frame2frame fetches."""
