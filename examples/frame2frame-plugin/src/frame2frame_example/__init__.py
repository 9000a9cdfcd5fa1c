"""An example plugin of frame2frame."""
