"""A temporal caption without a model: the wish is tidied, read, and written as a change and its end.

After the paper's six rules (section 3.1, appendix B.1): one plain sentence that starts at this picture and
ends in the wanted scene, speaks of things changing, names only what must change, and leaves the camera
alone unless the edit is the camera.
"""
