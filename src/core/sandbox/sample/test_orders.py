from src.orders import Line, Order


def test_total() -> None:
    order = Order("ada", [Line("tea-1", 2, 4.5), Line("cup-3", 1, 7.0)])
    assert order.total() == 16.0


def test_discount() -> None:
    order = Order("ada", [Line("tea-1", 2, 4.5)], discount=10)
    assert order.total() == 8.1
