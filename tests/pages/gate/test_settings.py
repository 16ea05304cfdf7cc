import re
from pathlib import Path

import pytest

from loaders.errors import InputRefused
from pages.gate.settings import VARIABLES, Settings, read

OIDC = {"MCU_OIDC_ISSUER": "https://id.example.ru", "MCU_OIDC_CLIENT_ID": "mcu", "MCU_OIDC_CLIENT_SECRET": "hush"}


def test_nothing_set_is_this_machine_alone():
    assert read({}) == Settings()


def test_everything_is_read():
    found = read(
        {
            **OIDC,
            "MCU_PUBLIC_URL": "https://MCU.example.ru:443/",
            "MCU_PROXY_ADDRESSES": "10.0.0.5, 10.1.0.0/24",
            "MCU_PROXY_USER_HEADER": "X-Remote-User",
        }
    )
    assert (found.public_url, found.public_host, found.is_https) == ("https://mcu.example.ru", "mcu.example.ru", True)
    assert found.user_header == "x-remote-user"
    assert [found.is_proxy(a) for a in ("10.0.0.5", "10.1.0.77", "10.0.0.6", "", "x")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert found.provider is not None
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"MCU_PUBLIC_URL": "http://mcu.example.ru"}, "https"),
        ({"MCU_PUBLIC_URL": "mcu.example.ru"}, "адрес"),
        ({"MCU_PUBLIC_URL": "https://mcu.example.ru/path"}, "без пути"),
        ({"MCU_PUBLIC_URL": "https://user:pass@mcu.example.ru"}, "адрес"),
        ({"MCU_PUBLIC_URL": "https://[::1"}, "адрес"),
        ({"MCU_PUBLIC_URL": "https://a:99999"}, "адрес"),
        ({"MCU_OIDC_ISSUER": "https://id.example.ru"}, "MCU_OIDC_CLIENT_ID, MCU_OIDC_CLIENT_SECRET"),
        ({**OIDC, "MCU_OIDC_ISSUER": "http://id.example.ru"}, "https"),
        ({"MCU_PROXY_ADDRESSES": "proxy.local"}, "адреса или сети"),
        ({"MCU_PROXY_USER_HEADER": "x-remote-user"}, "MCU_PROXY_ADDRESSES"),
        ({"MCU_PROXY_USER_HEADER": "cookie", "MCU_PROXY_ADDRESSES": "10.0.0.5"}, "x-remote-user"),
        ({"MCU_PROXY_USER_HEADER": "x-mcu-session", "MCU_PROXY_ADDRESSES": "10.0.0.5"}, "x-remote-user"),
        ({"FORWARDED_ALLOW_IPS": "*"}, "MCU_PROXY_ADDRESSES"),
    ],
)
def test_what_cannot_stand_is_refused_in_words(given, word):
    with pytest.raises(InputRefused, match=re.escape(word)) as refused:
        read(given)
    assert "hush" not in str(refused.value)


def test_this_machine_needs_no_https():
    assert read({"MCU_PUBLIC_URL": "http://localhost:8501"}).public_url == "http://localhost:8501"


def test_every_variable_stands_in_the_readme():
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in text] == []
