"""`python app.py`: the page at http://127.0.0.1:7860, with the weights under ./models."""

import sys

try:
    from frame2frame.app import main
except ModuleNotFoundError as missing:
    lacking = f"this Python ({sys.executable}) lacks {missing.name}"
    sys.stderr.write(f"frame2frame: {lacking}; run: {sys.executable} -m pip install -e '.[ui]'\n")
    sys.exit(2)

if __name__ == "__main__":
    sys.exit(main(cache_dir="./models"))
