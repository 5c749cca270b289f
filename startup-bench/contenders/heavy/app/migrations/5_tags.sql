CREATE TABLE tags (name text PRIMARY KEY, uses integer NOT NULL DEFAULT 0);
INSERT INTO tags VALUES ('river', 12), ('forest', 9), ('meadow', 7), ('coast', 4), ('alpine', 2);
