"""Arrow arrays, of pyarrow and of others."""

import subprocess

import pytest
from conftest import CLEAN, SAMPLES, TEXT

from dechrome import Cleaner

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.compute")

TYPES = [pa.string(), pa.large_string(), pa.string_view()]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_every_type_of_string_stays_what_it_was(kind):
    texts = [None, *SAMPLES.values(), None, "", "short"]
    wanted = Cleaner().clean_batch(texts)
    array = pa.array(texts, kind)
    cleaned = Cleaner().clean_arrow(array)
    cleaned.validate(full=True)
    assert isinstance(cleaned, pa.Array) and cleaned.type == kind
    assert cleaned.to_pylist() == wanted
    # A part of an array, from a row in the middle on.
    assert Cleaner(threads=2).clean_arrow(array[5:50]).to_pylist() == wanted[5:50]
    # Many chunks, one of them empty.
    chunked = pa.chunked_array([array[:1], array[1:1], array[1:40], array[40:]])
    cleaned = Cleaner().clean_arrow(chunked)
    cleaned.validate(full=True)
    assert [len(chunk) for chunk in cleaned.chunks] == [len(chunk) for chunk in chunked.chunks]
    assert (cleaned.type, cleaned.to_pylist()) == (kind, wanted)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_arrays_without_chrome_come_back_themselves(kind):
    array = pa.array(["a", None], kind)
    assert Cleaner().clean_arrow(array) is array
    empty = pa.array([], kind)
    assert Cleaner().clean_arrow(empty) is empty
    chunked = pa.chunked_array([], kind)
    assert Cleaner().clean_arrow(chunked) is chunked


def test_nothing_but_nulls():
    assert Cleaner().clean_arrow(pa.nulls(3)).to_pylist() == [None] * 3
    texts, removals = Cleaner().clean_arrow(pa.nulls(3), removals=True)
    assert texts.to_pylist() == removals.to_pylist() == [None] * 3


def views(rows, buffers):
    try:
        return pa.Array.from_buffers(pa.string_view(), rows, buffers)
    except ValueError:
        pytest.skip("this pyarrow makes no views of buffers")


def test_views_that_are_not_as_they_should_be():
    """A null whose view points nowhere, and a short value with something behind it: pyarrow reads both."""
    array = pa.array([TEXT, TEXT, "x", None], pa.string_view())
    validity, odd, *data = array.buffers()
    odd = bytearray(odd.to_pybytes())
    odd[32 + 8 : 48] = b"padding?"
    odd[48:64] = b"\xff\0\0\0abcd\x09\0\0\0\x05\0\0\0"
    array = views(4, [validity, pa.py_buffer(bytes(odd)), *data])
    assert Cleaner().clean_arrow(array).to_pylist() == [CLEAN, CLEAN, "x", None]


def test_removals_of_more_than_two_gigabytes_are_told(tmp_path):
    """By an error or by another type, not by an end of the process; nothing is kept of so many texts but one."""
    line = "\nShare this article" + " " * 20_000_000 + "\n"
    [one] = [pa.array([TEXT + line], pa.string_view())]
    many = views(120, [None, pa.py_buffer(one.buffers()[1].to_pybytes() * 120), *one.buffers()[2:]])
    texts, removals = Cleaner(max_removed=100).clean_arrow(many, removals=True)
    assert texts.to_pylist() == [CLEAN] * 120
    assert sum(len(removal.as_py()) for removal in pa.compute.list_flatten(removals).field("text")) > 2**31


def test_nothing_is_copied_on_the_way_in():
    array = pa.array([TEXT.replace("4 mins", "x"), "a" * 1_000_000], pa.string_view())
    [_, data] = [buffer for buffer in array.buffers() if buffer is not None][:2]
    cleaned = Cleaner().clean_arrow(array)
    assert data.address in [buffer.address for buffer in cleaned.buffers() if buffer is not None]


def test_what_is_left_is_in_one_buffer():
    cleaned = Cleaner().clean_arrow(pa.array([TEXT, None, TEXT]))
    data = cleaned.buffers()[2]
    assert data.size == 2 * len(CLEAN.encode())


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_removals_are_those_of_explain(kind):
    texts = [None, *SAMPLES.values(), "short"]
    cleaner = Cleaner()
    for array in (pa.array(texts, kind), pa.chunked_array([texts[:7], texts[7:]], kind)):
        cleaned, removals = cleaner.clean_arrow(array, removals=True)
        removals.validate(full=True)
        assert cleaned.to_pylist() == cleaner.clean_batch(texts)
        wanted = [None if text is None else [r.to_dict() for r in cleaner.explain(text).removals] for text in texts]
        assert removals.to_pylist() == wanted


def test_values_that_are_not_utf8_keep_their_bytes(program, tmp_path):
    value = TEXT.encode().replace("–".encode(), b"\xff\xe2\x80")
    offsets = pa.py_buffer(b"".join(number.to_bytes(4, "little") for number in (0, len(value), len(value) + 1)))
    array = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(value + b"x")])
    file = tmp_path / "text"
    file.write_bytes(value)
    wanted = subprocess.run([program, str(file)], capture_output=True, check=True).stdout
    assert wanted == CLEAN.encode().replace("–".encode(), b"\xff\xe2\x80")
    cleaned, removals = Cleaner().clean_arrow(array, removals=True)
    assert cleaned.cast(pa.binary()).to_pylist() == [wanted, b"x"]
    assert len(removals.to_pylist()[0]) == 2
    assert Cleaner().clean_arrow(array).cast(pa.binary()).to_pylist() == [wanted, b"x"]


def test_what_is_no_column_of_strings_is_refused():
    cleaner = Cleaner()
    for array, got in [
        (pa.array([1]), "an array of Int64"),
        (pa.array([b"a"]), "an array of Binary"),
        (pa.table({"text": ["a"]}), r'an array of Struct\("text": Utf8\); give one column of it$'),
        (pa.array(["a"]).dictionary_encode(), r"an array of Dictionary\(Int32, Utf8\); cast it to strings$"),
        (["a"], "list; for a list of str use clean_batch"),
        (None, "NoneType"),
        ("a", "str; for one text use clean"),
    ]:
        with pytest.raises(TypeError, match=f"^expected an Arrow array of strings, got {got}"):
            cleaner.clean_arrow(array)


def test_other_libraries_take_and_give_arrays():
    polars = pytest.importorskip("polars")
    series = polars.Series("text", [TEXT, None, "short"])
    cleaned = Cleaner().clean_arrow(series)
    assert len(cleaned) == 3
    assert polars.Series(cleaned).to_list() == [CLEAN, None, "short"]
    assert pa.chunked_array(cleaned).to_pylist() == [CLEAN, None, "short"]
    _, removals = Cleaner().clean_arrow(series, removals=True)
    assert [None if row is None else len(row) for row in polars.Series(removals).to_list()] == [2, None, 0]
    assert [None if row is None else len(row) for row in pa.chunked_array(removals).to_pylist()] == [2, None, 0]


def test_metadata_of_a_field_stays():
    class Foreign:
        """An array with a field that says more than its type."""

        def __init__(self, array, field):
            self.array, self.field = array, field

        def __arrow_c_array__(self, requested_schema=None):
            return self.field.__arrow_c_schema__(), self.array.__arrow_c_array__()[1]

    field = pa.field("body", pa.string(), metadata={"source": "crawl"})
    cleaned = Cleaner().clean_arrow(Foreign(pa.array([TEXT]), field))
    again = pa.Field._import_from_c_capsule(cleaned.__arrow_c_schema__())
    assert again.equals(field, check_metadata=True)
    assert pa.array(cleaned).to_pylist() == [CLEAN]
