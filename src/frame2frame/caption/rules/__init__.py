"""A temporal caption without a model: the wish is tidied, read, and written as a change and its end.

After the paper's six rules (section 3.1, appendix B.1): one plain sentence that starts at this picture and
ends in the wanted scene, speaks of things changing, names only what must change, and leaves the camera
alone unless the edit is the camera.

    tidy.py          the wish without what belongs to the asking; what stands for what is in tidy.toml
    sentences.py     one clause or several, and which of the following reads it
    scenes.py        a table of wishes for the whole picture: light, season, weather, style
    likened.py       the look that a longer wish names: "as if at dusk"; the looks are in likened.toml
    tables.py        how these two files are read
    views.py, looks.py    its parts for the camera, and for brightness, colours, focus and noise
    commands.py      a table of what is to be done to a thing
    statements.py    who does what, found in the words
    phrases.py       wishes without a verb
    acts.py          what someone does or something becomes, as a change and its end
    change.py        what the tables are written in
    verbs.py, nouns.py, words.txt    the English that all of them need
"""
