"""A curator's way over «Проблемные сферы»: from the problem to its topics, weights of one's own, why, and the rows."""

import re

from tests.browser.test_screens import english


def test_from_the_problem_to_its_rows(server, watch):
    watched = watch(server, "dark", role="curator")
    page = watched.open("/problems?period=year")
    page.get_by_text("По темам", exact=True).click()
    watched.until("location.search.includes('units=topics')")
    assert page.locator(".mcu-spheres tbody tr").count() > 20

    page.get_by_role("button", name="Веса показателей").click()
    field = page.get_by_role("spinbutton", name="Просрочено")
    field.fill("5")
    field.press("Enter")
    watched.until("location.search.includes('weights=1%3B1%3B5%3B1')")
    assert page.get_by_text("Веса изменены вами").count() == 1
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Вернуть веса города").click()
    watched.until("!location.search.includes('weights')")
    page.wait_for_selector(".st-key-panel-polls .mcu-note")
    watched.settle()
    assert "units=topics" in page.url

    watched.pick(page.get_by_role("combobox", name="Разложить"), "по подразделениям")
    watched.until("location.search.includes('along=department')")
    page.locator("summary", has_text="Каждая часть отдельно").click()
    assert page.get_by_role("table", name="Объём, состав и доля по частям").is_visible()
    assert english(watched) == []

    link = page.locator(".mcu-spheres tbody tr td.n a").first
    shown = int(re.sub(r"\D", "", link.inner_text()))
    link.click()
    page.wait_for_selector(".mcu-pager")
    watched.settle()
    found = re.search(r"из ([\d\s]+)", page.locator(".mcu-pager b").inner_text())
    assert int(re.sub(r"\D", "", found[1])) == shown
    assert watched.outside == []
    assert watched.complaints == []
