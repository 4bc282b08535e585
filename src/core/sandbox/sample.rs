//! A small workspace to begin with: a service for orders, with things left to do.

/// Its files: paths and texts.
pub const FILES: [(&str, &str); 6] = [
    ("README.md", include_str!("sample/README.md")),
    ("db/schema.sql", include_str!("sample/schema.sql")),
    ("docs/api.md", include_str!("sample/api.md")),
    ("src/orders.py", include_str!("sample/orders.py")),
    ("src/server.py", include_str!("sample/server.py")),
    ("tests/test_orders.py", include_str!("sample/test_orders.py")),
];
