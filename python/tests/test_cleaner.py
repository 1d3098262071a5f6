"""The class and the function, as a user meets them."""

import ast
import copy
import gc
import inspect
import operator
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import CLEAN, SAMPLES, TEXT, ROOT

import dechrome
from dechrome import Cleaner, PatternError


def test_cleans_a_text():
    assert dechrome.clean(TEXT) == CLEAN
    assert Cleaner().clean(TEXT) == CLEAN


def test_what_is_clean_is_the_very_same_object():
    text = "Nothing but a sentence that nobody would take for chrome.\n"
    assert Cleaner().clean(text) is text
    assert Cleaner().clean_batch([text])[0] is text
    assert Cleaner().explain(text).text is text


def test_explains_with_places_in_bytes_and_characters():
    cleaned = Cleaner().explain(TEXT)
    assert (cleaned.text, cleaned.verdict, cleaned.mode) == (CLEAN, "cleaned", "article")
    meta, related = cleaned.removals
    assert (meta.label, meta.rule, meta.text, meta.lines) == ("meta", "meta-reading-time", "4 mins\n\n", (3, 3))
    assert (related.label, related.lines) == ("related", (7, 8))
    assert related.reason == 'opener "related posts" with the line under it'
    for removal in cleaned.removals:
        assert TEXT[slice(*removal.chars)] == removal.text
        assert TEXT.encode()[slice(*removal.span)].decode() == removal.text
    # The dash in between has three bytes.
    assert related.span[0] == related.chars[0] + 2


def test_clues_only_change_reasons():
    texts = list(SAMPLES.values())
    with_clues, without = Cleaner().explain_batch(texts), Cleaner(clues=False).explain_batch(texts)
    scored = 0
    for one, other in zip(with_clues, without):
        assert (one.text, one.verdict, one.mode) == (other.text, other.verdict, other.mode)
        for removal, bare in zip(one.removals, other.removals, strict=True):
            assert replace(removal, reason="") == replace(bare, reason="")
            if removal.reason != bare.reason:
                assert removal.reason.startswith("the scorer, by ") and bare.reason == "the scorer"
                scored += 1
    assert scored > 10


def test_what_would_lose_too_much_is_left_and_says_so():
    text = "Leave a Reply\nYour email address will not be published.\n"
    cleaned = Cleaner(max_removed=10).explain(text)
    assert (cleaned.text, cleaned.removals, cleaned.verdict) == (text, (), "over-budget")


def test_settings_are_those_of_the_command_line(audit_of):
    texts = list(SAMPLES.values())
    for options, settings in [
        (["--mode", "page"], {"mode": "page"}),
        (["--keep", "comments,share"], {"keep": ["comments", "share"]}),
        (["--only", "comments,share"], {"labels": "comments, share"}),
        (["--lang", "de,en"], {"langs": ["DE", "en"]}),
        (["--careful"], {"careful": True}),
        (["--max-removed", "20"], {"max_removed": 20}),
        (["--no-default-patterns", "-p", str(ROOT / "patterns/rules.toml")],
         {"default_patterns": False, "patterns": ROOT / "patterns/rules.toml"}),
    ]:
        assert Cleaner(**settings).clean_batch(texts) == audit_of(texts, *options)[0], settings


@pytest.mark.parametrize(("options", "settings"), [
    (["--keep", "comment"], {"keep": ["comment"]}),
    (["--only", "comment"], {"labels": "comment"}),
    (["--lang", "xx"], {"langs": ["xx"]}),
    (["-p", "missing.toml"], {"patterns": "missing.toml"}),
    (["-p", "."], {"patterns": ["."]}),
    (["-p", "bad.toml"], {"patterns": "bad.toml"}),
    (["-p", "latin.toml"], {"patterns": "latin.toml"}),
])
def test_errors_have_the_words_of_the_command_line(program, tmp_path, monkeypatch, options, settings):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text("[ad-label]\nphrases = [\"one\", 2]\n")
    (tmp_path / "latin.toml").write_bytes(b"[ad-label]\nphrases = [\"caf\xe9\"]\n")
    told = subprocess.run([program, *options], input="", capture_output=True, text=True)
    assert told.returncode == 2
    [line] = told.stderr.splitlines()
    with pytest.raises(PatternError) as caught:
        Cleaner(**settings)
    # Options have other names: langs, not --lang.
    message = str(caught.value)
    told = line.removeprefix("dechrome: ").removeprefix("error: ")
    name = next(iter(settings))
    assert message == told or message == told.replace(options[0], name, 1)


@pytest.mark.parametrize(("settings", "message"), [
    ({"mode": "blog"}, 'mode: no mode "blog"; modes are auto, article, page'),
    ({"max_removed": 101}, "max_removed: 101 is not a percentage; give a number from 0 to 100"),
    ({"max_removed": float("nan")}, "max_removed: NaN is not a percentage; give a number from 0 to 100"),
    ({"mode": "a\nb"}, 'mode: no mode "a\\nb"; modes are auto, article, page'),
    ({"threads": 0}, "threads: give a whole number above 0, or None for one per core"),
    ({"labels": [], "keep": []}, "labels: cannot be used with keep; give one of them"),
])
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(dechrome.Error) as caught:
        Cleaner(**settings)
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("settings", [{"patterns": 3}, {"patterns": [3]}, {"keep": 3}, {"labels": [3]}])
def test_settings_of_a_wrong_type_are_told_in_one_line(settings):
    with pytest.raises(TypeError, match=f"^{next(iter(settings))}: expected .*, got (int|list)$"):
        Cleaner(**settings)


def test_patterns_by_path_or_text(tmp_path):
    source = '[ad-label]\nphrases = ["a word from the harbour bakery"]\n'
    path = tmp_path / "mine.toml"
    path.write_text(source)
    text = TEXT.replace("4 mins", "A word from the harbour bakery:")
    assert Cleaner().explain(text).removals[0].rule != "ad-label"
    for patterns in [path, str(path), [path], (path,), [("mine", source)]]:
        assert Cleaner(patterns=patterns).explain(text).removals[0].rule == "ad-label"


def test_a_batch_keeps_order_and_none():
    texts = [None, *SAMPLES.values(), None, ""]
    cleaner = Cleaner()
    wanted = [None if text is None else cleaner.clean(text) for text in texts]
    for threads in (None, 1, 2, 7):
        assert Cleaner(threads=threads).clean_batch(texts) == wanted
        assert Cleaner(threads=threads).clean_batch(iter(texts)) == wanted
    told = cleaner.explain_batch(texts)
    assert [one and one.text for one in told] == wanted
    assert told[1] == cleaner.explain(texts[1])
    assert cleaner.clean_batch([]) == []


@pytest.mark.parametrize("call", ["clean_batch", "explain_batch"])
def test_what_is_no_text_is_named_with_its_index(call):
    with pytest.raises(TypeError, match="^index 2: expected str or None, got bytes$"):
        getattr(Cleaner(), call)(["a", None, b"c"])
    with pytest.raises(TypeError, match="^expected a list of str, got str; for one text use clean$"):
        getattr(Cleaner(), call)("abc")


@pytest.mark.parametrize("text", [None, b"bytes", 3])
def test_one_text_has_to_be_a_str(text):
    for call in (dechrome.clean, Cleaner().clean, Cleaner().explain):
        with pytest.raises(TypeError, match="^expected str, got "):
            call(text)


def test_halves_of_surrogate_pairs_stay_where_they_are(audit_of):
    text = "\ud800" + TEXT.replace("–", "\udfff\udc00 –")
    left = "\ud800" + CLEAN.replace("–", "\udfff\udc00 –")
    cleaner = Cleaner()
    assert cleaner.clean(text) == left
    assert cleaner.clean_batch([text]) == [left]
    removals = cleaner.explain(text).removals
    assert [text[slice(*removal.chars)] for removal in removals] == [removal.text for removal in removals]
    # JSON can say them, and the program takes the same away.
    assert audit_of([text])[0] == [left]
    assert [(r.start, r.stop) for r in (slice(*removal.span) for removal in removals)] == [
        removal[:2] for removal in audit_of([text])[1][0]
    ]


def test_classes_that_extend_str():
    class Odd(str):
        def isascii(self):
            return True

        def encode(self, *_):
            return b""

        def __getitem__(self, _):
            return "?"

        def __len__(self):
            return 0

    for text in (TEXT, TEXT.replace("–", "-"), TEXT + "\ud800"):
        assert Cleaner().explain(Odd(text)) == Cleaner().explain(text)
        assert Cleaner().clean_batch([Odd(text)]) == [Cleaner().clean(text)]


def test_characters_beyond_the_basic_plane_count_as_one():
    text = "\U0001f6a2" * 3 + TEXT
    for removal in Cleaner().explain(text).removals:
        assert text[slice(*removal.chars)] == removal.text


def test_pickles_with_the_texts_of_its_patterns(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[ad-label]\nphrases = ["a word from the harbour bakery"]\n')
    cleaner = Cleaner(patterns=path, keep=["share"], langs=["en"], max_removed=50, threads=2, careful=True, mode="article")
    path.unlink()
    text = TEXT.replace("4 mins", "A word from the harbour bakery:\n\nShare this article")
    for other in (pickle.loads(pickle.dumps(cleaner)), copy.deepcopy(cleaner)):
        assert repr(other) == repr(cleaner)
        assert other.clean(text) == cleaner.clean(text) != text
        assert pickle.dumps(other) == pickle.dumps(cleaner)
    assert pickle.loads(pickle.dumps(cleaner.explain(text))) == cleaner.explain(text)


def test_nothing_is_left_behind():
    text = "The quay was empty, and nobody knew when that would change.\n" * 20 + TEXT
    halves = text + "\ud800\n"
    cleaner = Cleaner(threads=1)

    def calls():
        for one in (text, halves):
            cleaner.clean(one), cleaner.explain(one), cleaner.clean_batch([one, None]), cleaner.explain_batch([one])

    def grown():
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(300):
            calls()
        gc.collect()
        return sys.getallocatedblocks() - before

    # At first the interpreter fills its caches. What leaks does so in every call.
    grown()
    assert grown() < 600


def test_other_threads_run_meanwhile():
    cleaner, texts = Cleaner(threads=1), list(SAMPLES.values()) * 20
    ticks, done = 0, threading.Event()

    def tick():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    cleaner.clean_batch(texts)
    done.set()
    thread.join()
    assert ticks > 3


def test_many_threads_share_a_cleaner():
    cleaner, texts = Cleaner(threads=2), list(SAMPLES.values())
    wanted, found = cleaner.clean_batch(texts), []
    threads = [threading.Thread(target=lambda: found.append(cleaner.clean_batch(texts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 8


def test_help_and_editors_say_the_same():
    stubs = ast.parse((Path(dechrome.__file__).parent / "_dechrome.pyi").read_text())
    documented = 0
    for node in ast.walk(stubs):
        body = [(node.name, node)] if isinstance(node, ast.ClassDef) else []
        body += [(f"{node.name}.{own.name}", own) for own in getattr(node, "body", []) if isinstance(own, ast.FunctionDef)]
        for name, own in body if isinstance(node, ast.ClassDef) else []:
            said = ast.get_docstring(own)
            if said is not None:
                assert inspect.getdoc(operator.attrgetter(name)(dechrome._dechrome)) == said, name
                documented += 1
    assert documented >= 10
    assert set(dechrome.LABELS) >= {"comments", "share", "related"}


def test_the_program_comes_with_the_wheel(program):
    told = subprocess.run([program], input=TEXT, capture_output=True, encoding="utf-8")
    assert (told.returncode, told.stdout, told.stderr) == (0, CLEAN, "")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    assert version == f"dechrome {dechrome.__version__}\n"
