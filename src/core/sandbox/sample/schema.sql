create table orders (
    id integer primary key,
    customer text not null,
    total real not null,
    created_at text not null default current_timestamp
);

create table order_lines (
    order_id integer references orders (id),
    sku text not null,
    quantity integer not null,
    price real not null
);
