"""Eight edits on whatever model and machine a user has, as one archive to be sent: docs/how-to/bundles.md.

<archive>.zip
index.html    all of it as a page, for the one who looks before sending
bundle.json   all of it for machines: `layout.Bundle`
01-dog/       source, final, chosen (or closest) picture, frame_012 and so on, clip.mp4
02-guitar/ …
"""
