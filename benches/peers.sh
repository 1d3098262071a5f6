#!/usr/bin/env bash
# The program beside others, process by process. Prints a table of medians, with the goals of docs/performance.md.
#
#   benches/peers.sh [RECORDS.jsonl]
#
# RECORDS.jsonl has a field "text" in each line; without it the samples of the repository are repeated to some 25 MB.
#   DECHROME=path   the program (target/release/dechrome)
#   ROUNDS=5        how often each command runs; the commands of a row take turns, so that noise meets all of them
#   TMPDIR=path     where all files go; /dev/shm if that is there, for disks are slower than what is measured
# Needs Python 3.11 to make its inputs. What else is not installed is skipped. For filters CPU time counts (user and system), for the rest the time that passes.
set -euo pipefail
cd "$(dirname "$0")/.."

dechrome=$(realpath "${DECHROME:-target/release/dechrome}")
rounds=${ROUNDS:-5}
records=${1:-}
if [ -z "${TMPDIR:-}" ] && [ -d /dev/shm ]; then TMPDIR=/dev/shm; fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/dechrome-peers.XXXXXX")
trap 'rm -rf "$dir"' EXIT
[ -x "$dechrome" ] || { echo "no program $dechrome: cargo build --release, or set DECHROME" >&2; exit 2; }

# Inputs: records, their texts as one text, a tree of 10,000 files of 4 KB, one such file, phrases, 50,000 phrases more.
python3 - "$dir" "$records" <<'PYTHON'
import glob, json, os, random, sys, tomllib

folder, records = sys.argv[1:]
random.seed(1)
if records:
    texts = [json.loads(line)["text"] for line in open(records, encoding="utf-8")]
else:
    paths = [path for path in sorted(glob.glob("corpus-samples/*/*.txt")) if not path.endswith(".clean.txt")]
    samples = [open(path, encoding="utf-8").read() for path in paths]
    texts, size = [], 0
    while size < 25_000_000:
        for sample in samples:
            # Long lines get another order of words, so that no two copies are alike.
            lines = sample.split("\n")
            for number, line in enumerate(lines):
                first, *inner, last = line.split(" ") if line.count(" ") > 8 else ("", "")
                if inner:
                    random.shuffle(inner)
                    lines[number] = " ".join([first, *inner, last])
            texts.append("\n".join(lines))
            size += len(texts[-1].encode())
with open(f"{folder}/records.jsonl", "w", encoding="utf-8") as out:
    for number, text in enumerate(texts):
        print(json.dumps({"id": number, "text": text}, ensure_ascii=False), file=out)
everything = "\n".join(texts).encode()
open(f"{folder}/text.txt", "wb").write(everything)
for number in range(10_000):
    start = number * 4096 % max(1, len(everything) - 4096)
    path = f"{folder}/tree/{number // 100:02}"
    os.makedirs(path, exist_ok=True)
    piece = everything[start : start + 4096].decode("utf-8", "ignore")
    open(f"{path}/{number:04}.txt", "w", encoding="utf-8", newline="").write(piece)
# All 31,000 phrases would take ripgrep minutes for these texts: the others get every fourth of the English ones.
rules = tomllib.load(open("patterns/phrases/en.toml", "rb")).values()
phrases = {phrase for rule in rules if isinstance(rule, dict) for phrase in rule.get("phrases", [])}
open(f"{folder}/phrases.txt", "w", encoding="utf-8").write("\n".join(sorted(phrases)[::4]) + "\n")
words = [word for word in {w.lower() for text in texts[:200] for w in text.split()} if word.isalpha()]
words.sort()
letters = lambda number: "".join(chr(97 + number // 26**place % 26) for place in range(4))
more = {" ".join(random.choices(words, k=3)) + f" zq{letters(number)}" for number in range(50_000)}
with open(f"{folder}/learned.toml", "w", encoding="utf-8") as out:
    lines = (f"{json.dumps(phrase, ensure_ascii=False)}," for phrase in sorted(more))
    print("[ad-label]\nphrases = [", *lines, "]", sep="\n", file=out)
PYTHON
cp "$dir/tree/00/0000.txt" "$dir/one.txt"

# run COMMAND: prints the CPU time and the time that passed, in seconds. Commands are texts so that they can hold < and >.
run() {
  rm -rf "$dir/out"
  TIMEFORMAT='%R %U %S'
  { time bash -c "$1" 2>/dev/null; } 2>&1 | awk '{ printf "%.4f %.4f\n", $2 + $3, $1 }'
}

# compare WHAT GOAL KIND OURS THEIRS: a row of the table. KIND is cpu or wall. A GOAL of "<= N" is one for ours / theirs,
# of ">= N" one for theirs / ours, of "+N ms" one for ours - theirs.
compare() {
  local what=$1 goal=$2 kind=$3 ours=$4 theirs=$5 field=1 round
  [ "$kind" = cpu ] || field=2
  : > "$dir/ours"; : > "$dir/theirs"
  for ((round = 0; round < rounds; round++)); do
    run "$ours" | cut -d' ' -f"$field" >> "$dir/ours"
    run "$theirs" | cut -d' ' -f"$field" >> "$dir/theirs"
  done
  row "$what" "$goal" "$kind" "$(median "$dir/ours")" "$(median "$dir/theirs")"
}

median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

row() {
  awk -v what="$1" -v goal="$2" -v kind="$3" -v ours="$4" -v theirs="$5" 'BEGIN {
    if (theirs < 0.0005) theirs = 0.0005
    split(goal, part, " ")
    if (part[1] == "<=") { value = ours / theirs; met = value <= part[2] + 0; shown = sprintf("%.2fx", value) }
    else if (part[1] == ">=") { value = theirs / ours; met = value >= part[2] + 0; shown = sprintf("%.2fx", value) }
    else { value = 1000 * (ours - theirs); met = value <= substr(part[1], 2) + 0; shown = sprintf("%+.1f ms", value) }
    printf "| %-44s | %-4s | %8.3f s | %8.3f s | %10s | %-8s | %-3s |\n", what, kind, ours, theirs, shown, goal, met ? "yes" : "no"
  }'
}

has() { command -v "$1" > /dev/null || { echo "| skipped: $1 is not installed |"; return 1; }; }

quoted=$(printf %q "$dir"); clean=$(printf %q "$dechrome")
text=$quoted/text.txt records=$quoted/records.jsonl one=$quoted/one.txt out=$quoted/out phrases=$quoted/phrases.txt
printf '%s, %s cores, %s\n' "$(uname -sm)" "$(getconf _NPROCESSORS_ONLN)" "$(date +%F)"
printf 'text %s bytes, records %s bytes, medians of %s runs\n\n' \
  "$(wc -c < "$dir/text.txt")" "$(wc -c < "$dir/records.jsonl")" "$rounds"
printf '| %-44s | %-4s | %10s | %10s | %10s | %-8s | %-3s |\n' what time dechrome other ratio goal met
echo '|---|---|---|---|---|---|---|'

has rg && compare 'text, rg -viFf phrases' '>= 15' cpu "$clean < $text > $out" "rg -viFf $phrases < $text > $out"
has grep && compare 'text, LC_ALL=C grep -viFf phrases' '>= 7' cpu "$clean < $text > $out" \
  "LC_ALL=C grep -viFf $phrases < $text > $out"
compare 'text, cat' '<= 4' cpu "$clean < $text > $out" "cat < $text > $out"
if has zstd; then
  zstd -q -3 "$dir/records.jsonl"
  compare 'JSONL, zstd -dc' '<= 1.6' cpu "$clean -f jsonl -q -j1 < $records > $out" "zstd -dc $records.zst > $out"
fi
compare '10,000 files of 4 KB, -j1, cp -r' '<= 1.5' wall "$clean -q -j1 $quoted/tree -o $out" "cp -r $quoted/tree $out"
compare 'JSONL, -j2 against -j1' '>= 1.8' wall "$clean -f jsonl -q -j2 < $records > $out" \
  "$clean -f jsonl -q -j1 < $records > $out"
compare '10,000 files of 4 KB, -j2 against -j1' '>= 1.8' wall "$clean -q -j2 $quoted/tree -o $out" \
  "$clean -q -j1 $quoted/tree -o $out"
compare 'start: one text of 4 KB, cat' '+4 ms' wall "$clean < $one > $out" "cat < $one > $out"
compare 'JSONL with 50,000 phrases more, without' '<= 1.5' cpu \
  "$clean -f jsonl -q -j1 --patterns $quoted/learned.toml < $records > $out" "$clean -f jsonl -q -j1 < $records > $out"
compare 'start with 50,000 phrases more, without' '+50 ms' wall \
  "$clean --patterns $quoted/learned.toml < $one > $out" "$clean < $one > $out"
