"""Pages of kinds that a pack of articles does not have: blog home pages, live blogs, threads, galleries, lists.

Each is put together from one page: what stands above and below its article is kept as chrome, and its article becomes the
content of a page of another kind. So its words are real, and its labels are known.
"""

from __future__ import annotations

import hashlib
import random
import re

KINDS = ["home", "live", "thread", "gallery", "list"]
SENTENCE = re.compile(r"(?<=[.!?。！？])\s*(?=\S)")


def documents(source: str, rows: list[dict], golds: dict[str, dict], make, wrap) -> list:
    """One composed page for a third of the pages; `make` is the class of documents, `wrap` breaks a line."""
    found = []
    articles = [gold for gold in golds.values() if len(gold["gold"]) > 600]
    for row in rows:
        digest = hashlib.md5(row["id"].encode()).digest()
        if row["id"] not in golds or digest[2] % 3:
            continue
        document = make(source, "composed", row, golds[row["id"]])
        body = [i for i, label in enumerate(document.labels) if label == "a"]
        if len(body) < 5:
            continue
        dice = random.Random(digest)
        head, tail = range(body[0]), range(body[-1] + 1, len(document.lines))
        chrome = [(document.lines[i], document.labels[i]) for i in range(len(document.lines))]
        short = [document.lines[i].strip() for i in [*head[-12:], *tail[:12]]
                 if document.labels[i] == "c" and document.sizes[i] <= 6]
        others = [gold for gold in articles if gold["lang"] == golds[row["id"]]["lang"]] or articles
        kind = KINDS[digest[3] % len(KINDS)]
        content = compose(kind, golds[row["id"]], dice.sample(others, min(8, len(others))), short or ["-"], dice)
        # Sometimes the page ends soon after, or begins right with it.
        above = [chrome[i] for i in head if document.labels[i] != "a"]
        below = [chrome[i] for i in tail]
        loose = dice.random() < 0.5
        indent = dice.choice(["", "", "  ", "      "])
        middle = []
        for line, label in content:
            middle.append((indent + line, label))
            if loose:
                middle.append(("", "-"))
        lines = [*above, ("", "-"), *middle, ("", "-"), *below]
        if dice.random() < 0.25:
            lines = [(part, label) for line, label in lines for part in wrap(line) or [""]]
        document.relabel([line for line, _ in lines], [label for _, label in lines])
        found.append(document)
    return found


def paragraphs(gold: dict) -> list[str]:
    return [line.strip() for line in gold["gold"].split("\n") if len(line.strip()) > 40] or [gold["gold"].strip()]


def compose(kind: str, gold: dict, others: list[dict], short: list[str], dice: random.Random) -> list[tuple[str, str]]:
    """The lines of the content with their labels: "a" article, "c" chrome, "t" title."""
    title = (gold.get("title") or paragraphs(gold)[0][:60]).strip()
    own = paragraphs(gold)
    said = [(part, "a") for part in own]

    def buttons(most: int) -> list[tuple[str, str]]:
        return [(line, "c") for line in dice.sample(short, dice.randint(0, min(most, len(short))))]

    if kind == "home":
        lines = []
        for other in [gold, *others][: dice.randint(3, 9)]:
            parts = paragraphs(other)[: dice.randint(1, 4)]
            lines += [((other.get("title") or parts[0][:60]).strip(), "t"), *buttons(2), *[(part, "a") for part in parts], *buttons(3)]
        return lines
    lines = [(title, "t")]
    if kind == "live":
        minutes = dice.randint(500, 1300)
        form = dice.choice(["{:02}:{:02}", "{}.{:02}", "{:02}h{:02}"])
        while said:
            minutes = max(0, minutes - dice.randint(2, 60))
            lines += [(form.format(minutes // 60, minutes % 60), "a"), *buttons(1)]
            take = dice.randint(1, 3)
            if dice.random() < 0.5:
                lines.append((" ".join(dice.choice(own).split()[:6])[:60].rstrip(" .,"), "a"))
            lines, said = [*lines, *said[:take], *buttons(1)], said[take:]
    elif kind == "thread":
        while said:
            take = dice.randint(1, 4)
            lines, said = [*lines, *buttons(3), *said[:take], *buttons(2)], said[take:]
    elif kind == "gallery":
        captions = [sentence for part in own for sentence in SENTENCE.split(part) if len(sentence) > 30]
        for number, caption in enumerate(captions[:30], 1):
            counter = dice.choice([f"{number} / {len(captions)}", f"{number}", ""])
            lines += [(counter, "c")] * bool(counter) + [(caption, "a")] + buttons(1)
    else:
        # Short lines of the content: ingredients, features, steps.
        lines += said[:2]
        pieces = [piece.strip() for part in own[2:] for piece in re.split(r"[,;:.，。、]", part) if 3 < len(piece.strip()) < 60]
        for number, piece in enumerate(pieces[: dice.randint(8, 40)], 1):
            form = dice.choice(["{}", "{}", "* {}", "{n} {}", "{n}. {}", "{}: {n}", "{n} g {}"])
            lines.append((form.format(piece, n=dice.choice([number, dice.randint(1, 900)])), "a"))
        lines += said[2:]
    return lines
