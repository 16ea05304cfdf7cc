"""Sign-in, the demo, the proxy's word, the own password, sign-out: what each lets in, and what it says when not."""

import ipaddress
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import sqlalchemy as sa

from loaders.access import accounts, devices, journal, sessions, throttle
from loaders.access.roles import ROLES
from loaders.store import tables
from pages.gate import entrance, forms
from pages.gate.paths import LONGEST_LINK, TOO_LONG
from pages.gate.settings import Settings
from tests.pages.gate.conftest import HOST, LOGIN, PASSWORD, Door
from tests.pages.people import CONSOLE

DEMO_FORM = 'action="/sign-in/demo"'
NEW = "одиннадцать тихих озёр"


def actions(store):
    return journal.page(store)[0]["action"].to_list()


@pytest.mark.usefixtures("employee")
def test_a_password_opens_the_deep_link(door):
    answer = door.sign_in(link="/registry?period=year&block=roads")
    assert (answer.status, answer.header("location")) == (303, "/registry?period=year&block=roads")
    assert door.ask(path="/registry").status == 200
    assert actions(door.store)[0] == journal.SIGN_IN


def test_the_page_keeps_the_deep_link_and_runs_no_script(door):
    page = door.ask(path="/registry?period=year&q=%22%3E%3Cscript%3E", html=True)
    assert page.status == 401
    assert 'name="next" value="/registry?period=year&amp;q=%22%3E%3Cscript%3E"' in page.text
    assert "<script" not in page.text
    assert "http:" not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in page.text


@pytest.mark.usefixtures("employee")
@pytest.mark.parametrize(
    "given", ["http://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-in"]
)
def test_a_forged_deep_link_leads_home(door, given):
    assert door.sign_in(link=given).header("location") == "/"


@pytest.mark.usefixtures("employee")
def test_wrong_and_unknown_are_told_in_the_same_words(door):
    wrong, unknown = door.sign_in(password="не тот пароль совсем"), door.sign_in(login="nobody")  # noqa: S106 — a wrong guess
    assert (wrong.status, unknown.status) == (401, 401)
    assert entrance.WRONG in wrong.text
    assert wrong.text.replace(LOGIN, "nobody") == unknown.text
    assert actions(door.store)[:2] == [journal.SIGN_IN_FAILED] * 2
    assert PASSWORD not in wrong.text
    assert "mcu" not in door.cookies


def test_what_was_typed_is_shown_as_text(door):
    assert "<b>" not in door.sign_in(login='"><b>').text


@pytest.mark.usefixtures("employee")
def test_guessing_is_stopped_with_a_sentence_and_the_right_password_too(door):
    for _ in range(throttle.LIMITS["pair"]):
        assert entrance.WRONG in door.sign_in(password="догадка").text  # noqa: S106 — a wrong guess
    answer = door.sign_in()
    assert answer.status == 401
    assert "Слишком много попыток входа. Повторите через 1" in answer.text
    assert door.sign_in(client=("127.0.0.2", 5_000)).status == 303  # the owner elsewhere is not locked out


@pytest.mark.usefixtures("employee")
def test_a_login_is_brought_into_one_form_where_it_is_typed(door):
    spellings = [LOGIN, f" {LOGIN.upper()} ", "Ｏrlova"]
    for number in range(throttle.LIMITS["pair"]):
        assert entrance.WRONG in door.sign_in(login=spellings[number % 3], password="догадка").text  # noqa: S106 — a guess
    assert all("Слишком много" in door.sign_in(login=login).text for login in spellings)
    assert set(journal.page(door.store, action=journal.SIGN_IN_FAILED)[0]["login"]) == {LOGIN}
    assert door.sign_in(login=" ORLOVA", client=("127.0.0.2", 5_000)).status == 303


@pytest.mark.usefixtures("employee")
def test_another_port_in_the_header_is_no_other_reader(behind):
    for number in range(throttle.LIMITS["pair"]):
        forwarded = [("x-forwarded-for", f"192.0.2.77:{5_000 + number}")]
        assert entrance.WRONG in behind.sign_in(password="догадка", headers=forwarded, **BEHIND).text  # noqa: S106 — a guess
    assert "Слишком много" in behind.sign_in(headers=[("x-forwarded-for", "192.0.2.77")], **BEHIND).text
    assert set(journal.page(behind.store, action=journal.SIGN_IN_FAILED)[0]["address"]) == {"192.0.2.77"}


@pytest.mark.usefixtures("employee")
def test_strangers_everywhere_do_not_lock_the_owner_out(door, monkeypatch):
    assert door.sign_in().status == 303
    device = door.cookies["mcu-device"]
    monkeypatch.setitem(throttle.LIMITS, "login", 3)
    for number in range(4):
        stranger = Door(door.settings, door.store)
        stranger.sign_in(password="догадка", client=(f"127.0.0.{number + 10}", 5_000))  # noqa: S106 — a wrong guess
    fresh = Door(door.settings, door.store)
    assert "Слишком много" in fresh.sign_in(client=("127.0.0.99", 1)).text
    fresh.cookies["mcu-device"] = device
    assert fresh.sign_in(client=("127.0.0.99", 1)).status == 303


@pytest.mark.usefixtures("employee")
def test_a_device_of_another_account_proves_nothing(door):
    accounts.add(door.store, login="sidorov", title="С", password=NEW, by=CONSOLE)
    door.sign_in(login="sidorov", password=NEW)
    assert devices.is_known(door.store, "sidorov", door.cookies["mcu-device"])
    assert not devices.is_known(door.store, LOGIN, door.cookies["mcu-device"])
    assert not devices.is_known(door.store, "nobody", "-")


@pytest.mark.usefixtures("employee")
def test_a_new_sign_in_takes_a_new_token_and_ends_the_old_session(door):
    door.sign_in()
    old = door.cookies["mcu"]
    door.post(
        "/sign-in", {"nonce": forms.cookies.signature(door.cookies["mcu-form"]), "login": LOGIN, "password": PASSWORD}
    )
    assert door.cookies["mcu"] != old
    assert sessions.session_of(door.store, old) is None


@pytest.mark.usefixtures("employee")
def test_a_planted_token_is_never_taken_over(door):
    door.cookies["mcu"] = "planted" * 6
    door.sign_in()
    assert door.cookies["mcu"] != "planted" * 6


@pytest.mark.usefixtures("employee")
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/demo"])
def test_a_foreign_form_is_refused(door, path, origin):
    values = {"nonce": door.nonce(), "login": LOGIN, "password": PASSWORD, "role": "curator"}
    answer = door.post(path, values, origin)
    assert answer.status == 401
    assert forms.FOREIGN in answer.text
    assert "mcu" not in door.cookies


@pytest.mark.usefixtures("employee")
@pytest.mark.parametrize("nonce", ["", "0" * 64])
def test_a_form_without_our_nonce_is_refused(door, nonce):
    door.nonce()
    answer = door.post("/sign-in", {"nonce": nonce, "login": LOGIN, "password": PASSWORD})
    assert forms.OLD_PAGE in answer.text
    other = Door(door.settings, door.store)
    theirs = other.nonce()
    assert forms.OLD_PAGE in door.post("/sign-in", {"nonce": theirs, "login": LOGIN, "password": PASSWORD}).text


@pytest.mark.parametrize("body", [b"x" * 20_000, b"\xff\xfe", b"a=1&" * 50, b"", b"login=%ff%fe&password=x"])
def test_a_malformed_form_is_refused(door, body):
    door.nonce()
    answer = door.ask("POST", "/sign-in", [("origin", f"http://{HOST}")], body)
    assert answer.status == 401
    assert forms.OLD_PAGE in answer.text


@pytest.mark.usefixtures("employee")
def test_the_cookie_is_closed_to_scripts_and_other_sites(door):
    cookies = {c.partition("=")[0]: c for c in door.sign_in().all("set-cookie")}
    assert cookies["mcu"].endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert "Domain" not in str(cookies)


@pytest.mark.usefixtures("employee")
def test_behind_https_the_cookie_is_bound_to_the_host(store):
    door = Door(Settings(public_url="https://mcu.example.ru"), store)
    answer = door.sign_in(host="mcu.example.ru")
    assert any(
        c.startswith("__Host-mcu=") and c.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
        for c in answer.all("set-cookie")
    )


@pytest.mark.usefixtures("employee")
def test_sign_out_ends_the_session(door):
    door.sign_in()
    token = door.cookies["mcu"]
    answer = door.post("/sign-out", {})
    assert (answer.status, answer.header("location")) == (303, "/")
    assert sessions.session_of(door.store, token) is None
    assert actions(door.store)[0] == journal.SIGN_OUT


# The demo without a password.


def test_a_visitor_of_this_machine_may_choose_a_role(door):
    page = door.ask(html=True).text
    assert DEMO_FORM in page
    assert all(f'value="{role}"' in page for role in ROLES)
    assert door.demo("block_head", "/deadlines").header("location") == "/deadlines"
    assert door.ask(path="/deadlines").status == 200


FORWARDING = [
    "x-forwarded-for",
    "X-Forwarded-Host",
    "x-forwarded-proto",
    "Forwarded",
    "X-Real-IP",
    "via",
    "x_forwarded_for",
]


@pytest.mark.parametrize("name", FORWARDING)
def test_through_a_proxy_there_is_no_demo(door, name):
    headers = [(name.lower(), "127.0.0.1")]
    assert DEMO_FORM not in door.ask(html=True, headers=headers).text
    assert door.demo(headers=headers).status == 401
    assert door.demo().status == 303
    assert door.ask(path="/", headers=headers).status == 401  # a session that began here is not used from there


def test_from_another_machine_there_is_no_demo(door):
    assert DEMO_FORM not in door.ask(html=True, client=("10.0.0.5", 5_000)).text
    assert door.demo(client=("10.0.0.5", 5_000)).status == 401


def test_with_a_public_address_there_is_no_demo(store):
    door = Door(Settings(public_url="https://mcu.example.ru"), store)
    assert DEMO_FORM not in door.ask(html=True, host="mcu.example.ru").text
    values = {"nonce": door.nonce(host="mcu.example.ru"), "role": "curator"}
    assert door.post("/sign-in/demo", values, host="mcu.example.ru").status == 401


def test_a_real_city_ends_the_demo(door):
    door.demo()
    assert door.ask(path="/").status == 200
    with door.store.writing() as connection:
        columns = {c.name: _any(c) for c in tables.batches.columns if not c.nullable}
        connection.execute(sa.insert(tables.batches).values({**columns, "municipality": "novoshakhtinsk"}))
    assert door.ask(path="/").status == 401
    assert DEMO_FORM not in door.ask(html=True).text
    assert entrance.NO_DEMO in door.demo().text


def _any(column):
    return "x" if column.type.python_type is str else 1


@pytest.mark.parametrize("role", ["", "root", "CURATOR", "Role.CURATOR"])
def test_an_unknown_role_opens_nothing(door, role):
    assert door.demo(role).status == 401


# The own password.


def change(door, old=PASSWORD, new=NEW, again=NEW, link="/"):
    nonce = forms.cookies.signature(door.cookies["mcu-form"])
    return door.post("/password", {"nonce": nonce, "next": link, "old": old, "new": new, "again": again})


def test_an_issued_password_is_changed_before_anything_else(door):
    accounts.add(door.store, login="ivanov", title="Иванов", password=PASSWORD, by=CONSOLE)
    door.sign_in(login="ivanov")
    assert door.ask(path="/registry", html=True).header("location") == "/password?next=%2Fregistry"
    assert door.ask(path="/_stcore/host-config").status == 403
    assert door.ask(path="/static/js/index.js").status == 200
    assert "Новый пароль" in door.ask(path="/password", html=True).text
    assert change(door).header("location") == "/"
    assert door.ask(path="/registry").status == 200
    assert Door(door.settings, door.store).sign_in(login="ivanov", password=NEW).status == 303


def test_the_link_that_was_followed_is_kept_over_the_change(door):
    accounts.add(door.store, login="ivanov", title="Иванов", password=PASSWORD, by=CONSOLE)
    link = "/registry?period=year&block=roads&q=%D1%8F%26"
    assert door.sign_in(login="ivanov", link=link).header("location") == link
    way = door.ask(path=link, html=True).header("location")
    assert parse_qs(urlsplit(way).query) == {"next": [link]}
    kept = f'name="next" value="{escape(link)}"'
    assert kept in door.ask(path=way, html=True).text
    refused = change(door, again="другой", link=link)
    assert (refused.status, kept in refused.text) == (400, True)
    assert change(door, link=link).header("location") == link


@pytest.mark.usefixtures("employee")
@pytest.mark.parametrize("given", ["//evil.example", "https://evil.example/", "/password", "/\\evil.example"])
def test_a_forged_link_over_a_change_leads_home(door, given):
    door.sign_in()
    page = door.ask(path=f"/password?{urlencode({'next': given})}", html=True)
    assert 'name="next" value="/"' in page.text
    assert change(door, link=given).header("location") == "/"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"old": "не тот"}, entrance.WRONG_OLD),
        ({"again": "другой"}, entrance.NOT_THE_SAME),
        ({"new": "короткий", "again": "короткий"}, "двенадцати"),
    ],
)
def test_a_bad_change_is_refused_in_words(door, employee, given, sentence):
    door.sign_in()
    answer = change(door, **given)
    assert answer.status == 400
    assert sentence in answer.text
    assert accounts.check_password(door.store, LOGIN, PASSWORD) == employee


def test_a_change_ends_the_other_sessions(door, employee):
    elsewhere = sessions.begin(door.store, employee, address="", agent="")
    door.sign_in()
    assert change(door).status == 303
    assert sessions.session_of(door.store, elsewhere) is None
    assert door.ask(path="/").status == 200


def test_a_visitor_of_the_demo_has_no_password(door):
    door.demo()
    assert door.ask(path="/password", html=True).status == 403
    assert change(door).status == 403


# A name from a trusted proxy.

PROXY = Settings(
    public_url="https://mcu.example.ru", proxies=(ipaddress.ip_network("10.0.0.7"),), user_header="x-remote-user"
)
BEHIND = {"host": "mcu.example.ru", "client": ("10.0.0.7", 41_000)}


@pytest.fixture
def behind(store):
    return Door(PROXY, store)


@pytest.mark.usefixtures("employee")
def test_a_trusted_proxy_names_the_person(behind):
    named = [("x-remote-user", LOGIN), ("x-forwarded-for", "192.0.2.77:5678")]
    answer = behind.ask(path="/registry?period=year", html=True, headers=named, **BEHIND)
    assert (answer.status, answer.header("location")) == (303, "/registry?period=year")
    assert behind.ask(path="/registry", headers=named, **BEHIND).status == 200
    assert behind.ask(path="/registry", headers=[("x-remote-user", "petrov")], **BEHIND).status == 401
    assert journal.page(behind.store)[0]["address"][0] == "192.0.2.77"


@pytest.mark.usefixtures("employee")
@pytest.mark.parametrize("name", ["Orlova", "ORLOVA", "ｏｒｌｏｖａ", "orlova\xa0", "orlova\u2003", "orlovа"])
def test_a_proxy_names_a_login_sign_for_sign(behind, name):
    answer = behind.ask(html=True, headers=[("x-remote-user", name)], **BEHIND)
    assert answer.status == 403
    assert "mcu" not in behind.cookies
    assert journal.page(behind.store)[0]["login"][0] == throttle.UNKNOWN


@pytest.mark.usefixtures("employee")
def test_nobody_else_may_name_anybody(behind):
    named = [("x-remote-user", LOGIN)]
    for client in (("10.0.0.8", 41_000), ("127.0.0.1", 41_000), None):
        assert behind.ask(html=True, headers=named, host="mcu.example.ru", client=client).status == 401
    assert behind.ask(html=True, headers=[*named, ("x-forwarded-for", "192.0.2.77:080")], **BEHIND).status == 401
    assert behind.ask(html=True, headers=named * 2, **BEHIND).status == 401
    assert behind.ask(html=True, headers=[("x_remote_user", LOGIN)], **BEHIND).status == 401
    assert Door(Settings(), behind.store).ask(html=True, headers=named).status == 401


def test_a_name_without_an_account_is_refused_in_words(behind):
    answer = behind.ask(html=True, headers=[("x-remote-user", "nobody")], **BEHIND)
    assert answer.status == 403
    assert entrance.NO_ACCOUNT in answer.text


def long_link(signs):
    return "/registry?block=" + "r" * (signs - len("/registry?block="))


def test_a_link_too_long_to_be_kept_is_refused_in_words(door):
    fits, over = long_link(LONGEST_LINK), long_link(LONGEST_LINK + 1)
    page = door.ask(path=fits, html=True).text
    assert f'name="next" value="{fits}"' in page
    assert TOO_LONG not in page
    page = door.ask(path=over, html=True).text
    assert 'name="next" value="/"' in page
    assert TOO_LONG in page


def test_a_link_too_long_to_be_kept_over_a_change_is_refused_in_words(door):
    accounts.add(door.store, login="ivanov", title="Иванов", password=PASSWORD, by=CONSOLE)
    door.sign_in(login="ivanov")
    for signs, is_told in ((LONGEST_LINK, False), (LONGEST_LINK + 1, True)):
        page = door.ask(path=door.ask(path=long_link(signs), html=True).header("location"), html=True).text
        assert (TOO_LONG in page) is is_told
        assert f'name="next" value="{"/" if is_told else long_link(signs)}"' in page
