from pages.shared.table import Heading, Link, Toned, table


def test_table_escapes_every_cell():
    bad = "<img src=x onerror=alert(1)>"
    rows = [[bad, Toned(bad, "bad")], [Link(bad, f'/?q="{bad}'), bad]]
    written = table([Heading(bad), Heading("n", is_number=True)], rows, bad)
    assert "<img" not in written
    assert written.count("&lt;img") == 8  # the region, the caption, one heading, four cells, one address


def test_sorted_column_says_so():
    written = table([Heading("Срок", href="/registry?sort=x", sorted="descending")], [["1"]], "т")
    assert (
        '<th scope="col" aria-sort="descending"><a class="mcu-link" href="/registry?sort=x">Срок ▼</a></th>' in written
    )
