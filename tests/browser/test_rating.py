"""A journey through «Рейтинг»: from the table to one unit, to its cases, and back."""


def test_a_unit_is_opened_from_the_table_and_its_cases_from_the_unit(server, watch):
    watched = watch(server, "dark")
    page = watched.open("/rating?period=all")
    link = page.locator(".mcu-rating th.unit a").first
    title = link.inner_text()
    link.click()
    watched.until(f"document.querySelector('.mcu-unit h2')?.innerText === {title!r}")
    assert page.locator(".mcu-rating tr.chosen th.unit a").inner_text() == title
    page.locator(".mcu-unit .one small > a").first.click()
    watched.until("location.pathname === '/registry' && document.querySelector('.mcu-table') !== null")
    page.go_back()
    watched.until("location.pathname === '/rating' && document.querySelector('.mcu-rating tr.chosen') !== null")
    assert watched.complaints == []


def test_weights_are_changed_by_the_reader_and_stand_in_the_address(server, watch):
    watched = watch(server, "light")
    page = watched.open("/rating?period=all")
    page.get_by_role("button", name="Веса").click()
    field = page.get_by_role("spinbutton", name="Довольны ответом")
    field.fill("60")
    field.press("Enter")
    watched.until("new URLSearchParams(location.search).get('weights')?.includes('satisfied:60')")
    watched.until("document.body.innerText.includes('Веса изменены вами')")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="вернуть веса города").click()
    watched.until("!location.search.includes('weights') && document.body.innerText.includes('Веса города')")
