CREATE TABLE roles (id integer PRIMARY KEY, name text NOT NULL UNIQUE, may_write boolean NOT NULL);
INSERT INTO roles VALUES (1, 'reader', false), (2, 'author', true), (3, 'editor', true);
