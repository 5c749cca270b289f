CREATE TABLE site_settings (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO site_settings VALUES
    ('tagline', 'Notes from the field'),
    ('language', 'en'),
    ('contact', 'editor@example.org');
