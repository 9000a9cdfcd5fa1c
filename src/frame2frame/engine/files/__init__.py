"""The files that a model consists of, held against what they may hold before anything is built from them."""
