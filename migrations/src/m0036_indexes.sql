-- The products of an opportunity in their order, read with it.
CREATE INDEX opportunity_products_place ON opportunity_products (opportunity_id, place, product_id);
