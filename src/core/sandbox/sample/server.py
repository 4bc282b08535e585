"""The routes. Run it with `python -m src.server`."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from .orders import Line, Order, Orders

ORDERS = Orders()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        if self.path != "/orders":
            return self.answer(404, {"error": "not found"})
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        lines = [Line(**line) for line in body["lines"]]
        order = Order(body["customer"], lines, body.get("discount", 0))
        number = ORDERS.add(order)
        self.answer(201, {"id": number, "total": order.total()})

    def do_GET(self) -> None:
        if self.path == "/orders":
            orders = [{"customer": it.customer, "total": it.total()} for it in ORDERS.all()]
            return self.answer(200, orders)
        order = ORDERS.get(int(self.path.rsplit("/", 1)[-1]))
        if order is None:
            return self.answer(404, {"error": "not found"})
        self.answer(200, {"customer": order.customer, "total": order.total()})

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
