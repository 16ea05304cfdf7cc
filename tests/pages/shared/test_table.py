from pages.shared.table import Heading, Link, Toned, table


def test_table_escapes_every_cell():
    bad = "<img src=x onerror=alert(1)>"
    rows = [[bad, Toned(bad, "bad")], [Link(bad, f'/?q="{bad}'), bad]]
    written = table([Heading(bad), Heading("n", is_number=True)], rows, bad)
    assert "<img" not in written
    assert written.count("&lt;img") == 10  # region, caption, heading, four cells, address, two titles of cards


def test_sorted_column_says_so():
    written = table([Heading("Срок", href="/registry?sort=x", sorted="descending")], [["1"]], "т")
    assert (
        '<th scope="col" aria-sort="descending"><a class="mcu-link" href="/registry?sort=x">Срок ▼</a></th>' in written
    )


def test_a_table_of_several_wide_columns_can_stand_as_cards():
    wide, narrow = Heading("Тема", is_wide=True), Heading("Строк")
    assert "mcu-cards" in table([wide, wide], [["а", "б"]], "т")
    assert "mcu-cards" not in table([wide, narrow], [["а", "б"]], "т")
    assert '<td data-title="Строк">б</td>' in table([wide, narrow], [["а", "б"]], "т")
