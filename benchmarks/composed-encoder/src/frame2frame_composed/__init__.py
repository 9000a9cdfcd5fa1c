"""An image–text encoder of frame2frame, composed of two networks that ordinary packages ship."""
