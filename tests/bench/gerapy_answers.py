"""Run by the virtual environment that holds gerapy-auto-extractor, as a script: pages in, what it extracts out.

A line of standard input is {"text", "question": "column"|"article"}, its answer {"titles": [...], "date": "..." or
null, "seconds": CPU, "error": "..."}. Nothing of the project can be imported here.
"""

from __future__ import annotations

import json
import sys
import time

from gerapy_auto_extractor.extractors import extract_datetime, extract_list


def main() -> None:
    for line in sys.stdin:
        page = json.loads(line)
        answer = {"titles": [], "date": None, "error": ""}
        started = time.process_time()
        try:
            if page["question"] == "column":
                answer["titles"] = [entry["title"] for entry in extract_list(page["text"]) or []]
            else:
                date = extract_datetime(page["text"])
                answer["date"] = date.date().isoformat() if date else None
        except Exception as error:  # whatever it stumbles over counts against it, and is said
            answer["error"] = f"{type(error).__name__}: {error}"
        answer["seconds"] = time.process_time() - started
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
