import socket

from pages.gate import prompt_socket


def test_accepted_connections_answer_at_once():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        before = len(list(prompt_socket._OPEN.iterdir()))
        assert prompt_socket.apply(port) == 1
        assert len(list(prompt_socket._OPEN.iterdir())) == before
        listening.listen()
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_other_ports_are_left_alone():
    assert prompt_socket.apply(-1) == 0
