"""A store that turns into garbage under a running server."""

from pathlib import Path

from sqlalchemy.engine import make_url

from tests.access import canaries, outage
from tests.access.serving import serving


def test_a_file_overwritten_with_garbage_is_not_described(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store-of-the-city.sqlite'}"
    with serving(url, tmp_path, canaries.fill(url, only=("administrator",))) as city:
        visitor = city.visitor("administrator", canaries.PASSWORD)
        with city.reader(visitor) as reader:
            assert canaries.canaries(reader.open("registry").raw)
            _spoil(Path(str(make_url(url).database)))
            seen = outage.everything(city, visitor, reader)
        assert "Файл хранилища повреждён" in seen.decode("utf-8", "replace")
        outage.tells_nothing(city, seen, (str(tmp_path), "store-of-the-city", "sqlite://", "garbage-of-a-disk"))


def _spoil(path: Path) -> None:
    """Write garbage over everything, in place: the server holds the file open."""
    for each in (path, path.with_name(f"{path.name}-wal")):
        with each.open("r+b") as file:
            size = each.stat().st_size
            file.write((b"garbage-of-a-disk " * (size // 18 + 1))[:size])
