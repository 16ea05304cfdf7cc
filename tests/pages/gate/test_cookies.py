import time

from hypothesis import given
from hypothesis import strategies as st

from pages.gate import cookies
from pages.gate.settings import Settings

HERE, OUT = Settings(), Settings(public_url="https://mcu.example.ru")


def scope(*values):
    return {"headers": [(b"cookie", value) for value in values]}


def test_a_cookie_is_read_under_its_name_only():
    assert cookies.read(scope(b"a=1; mcu=token; b=2"), "mcu", HERE) == "token"
    assert cookies.read(scope(b"mcu=token"), "mcu", OUT) == ""
    assert cookies.read(scope(b"__Host-mcu=token"), "mcu", OUT) == "token"
    assert cookies.read(scope(b"mcu=a", b"mcu=b"), "mcu", HERE) == ""
    assert cookies.read(scope(b"mcu=a; mcu=b"), "mcu", HERE) == ""


@given(st.lists(st.sampled_from([b"mcu=1", b"__Host-mcu=1", b" mcu =1", b"mcu-device=2", b"x=3", b"junk", b""])))
def test_ours_are_taken_out_and_others_stay(parts):
    kept = cookies.without_ours([(b"cookie", b"; ".join(parts)), (b"accept", b"*/*")])
    text = b";".join(value for name, value in kept if name == b"cookie")
    assert b"mcu" not in text
    assert text.count(b"x=3") == parts.count(b"x=3")
    assert (b"accept", b"*/*") in kept


@given(st.dictionaries(st.text(max_size=5).filter(lambda k: k != "until"), st.text(max_size=20), max_size=4))
def test_what_is_packed_comes_back(values):
    assert cookies.unpacked(cookies.packed(values, 60)) == values


def test_what_was_changed_or_has_run_out_is_nothing(monkeypatch):
    text = cookies.packed({"next": "/"}, 60)
    assert cookies.unpacked("A" + text[1:]) == cookies.unpacked(text + "0") == cookies.unpacked("") == {}
    assert cookies.unpacked(f"{text.partition('.')[0]}.") == {}
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert cookies.unpacked(text) == {}
