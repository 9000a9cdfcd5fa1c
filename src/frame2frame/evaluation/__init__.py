"""Measuring a model where the truth is known, and answers to sets of edits.

plan, runner       what is measured and how, and the one loop that does it (crew.py, counter.py, machine.py)
episodes, tasks    what is drawn; a part of the evaluation, and how good its answers are
sets, answers      edits that others have published; the answers to them, found or made, and their scores
measures           what a picture is measured by
results            figures, their tables, the files and the page that they are written to; two runs compared
calibration        a gate fitted to an encoder
ablation           one choice of the method changed at a time
batch, bundle      many edits from a list; eight edits on a user's own machine
wordings           the tabletop's edits in other people's words
"""
