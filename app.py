"""`python app.py`: the page at http://127.0.0.1:7860, with the weights under ./models."""

import sys

from frame2frame.app import main

if __name__ == "__main__":
    sys.exit(main(cache_dir="./models"))
