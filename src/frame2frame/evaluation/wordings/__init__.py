"""The tabletop's instructions in the words of other people."""
