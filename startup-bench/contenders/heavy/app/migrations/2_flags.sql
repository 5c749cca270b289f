CREATE TABLE feature_flags (name text PRIMARY KEY, is_on boolean NOT NULL);
INSERT INTO feature_flags VALUES ('gallery', true), ('comments', false), ('feed', true);
