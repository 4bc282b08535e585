"""What an order is, and its price."""

from dataclasses import dataclass, field


@dataclass
class Line:
    sku: str
    quantity: int
    price: float


@dataclass
class Order:
    customer: str
    lines: list[Line] = field(default_factory=list)
    discount: float = 0

    def total(self) -> float:
        """The price of all lines, less the discount in percent."""
        subtotal = sum(line.quantity * line.price for line in self.lines)
        return round(subtotal * (1 - self.discount / 100), 2)


class Orders:
    """All orders, in memory."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def add(self, order: Order) -> int:
        self._orders.append(order)
        return len(self._orders)

    def get(self, number: int) -> Order | None:
        if 1 <= number <= len(self._orders):
            return self._orders[number - 1]
        return None

    def all(self) -> list[Order]:
        return list(self._orders)
