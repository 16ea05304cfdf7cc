"""Parts that Streamlit runs without pages/main.py resolve who is looking again."""

import ast
from pathlib import Path

import pages

ROOT = Path(pages.__file__).parent
ALONE = {"fragment", "dialog"}
EXEMPT = {"shared/start.py:_progress"}
"""Reads nothing of the store: it shows how far the making of the demo city is."""


def parts_run_alone():
    """Find every function that a fragment or a dialog is made of, with the names of its decorators from outside in."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [ast.unparse(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list]
                if any(name.rsplit(".", 1)[-1] in ALONE for name in names):
                    yield f"{path.relative_to(ROOT).as_posix()}:{node.name}", names


def test_every_fragment_and_dialog_resolves_the_viewer_anew():
    found = dict(parts_run_alone())
    assert "intake/page.py:_confirm" in found, "the search finds dialogs"
    assert "intake/outcome.py:progress" in found, "the search finds fragments"
    without = {name for name, names in found.items() if names[-1] != "viewer.anew"}
    assert without == EXEMPT


def test_fragments_are_made_by_decorators_only():
    """A call `st.fragment(f)` would escape the search above."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        decorators = {
            id(each.func if isinstance(each, ast.Call) else each)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for each in node.decorator_list
        }
        used = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ALONE and ast.unparse(node.value) == "st"
        ]
        assert [ast.unparse(node) for node in used if id(node) not in decorators] == [], path.name


def test_identity_is_never_kept():
    """Who is looking stands in no session state: what a session holds survives a change of rights."""
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("viewer", "role", "scope", "grant", "person"):
            assert f'session_state["{word}"]' not in text, path.name
