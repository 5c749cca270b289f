-- Times are Unix milliseconds, flags 0 or 1, lists and settings JSON: the same on every database.

CREATE TABLE site (
    id         BIGINT     NOT NULL PRIMARY KEY CHECK (id = 1),
    revision   BIGINT     NOT NULL,
    changed_at BIGINT     NOT NULL,
    settings   TEXT       NOT NULL
);
INSERT INTO site (id, revision, changed_at, settings) VALUES (1, 0, 0, '{}');

CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY,
    slug          TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    email         TEXT   NOT NULL UNIQUE,
    password_hash TEXT,
    role          TEXT   NOT NULL,
    is_active     BIGINT NOT NULL,
    bio           TEXT   NOT NULL,
    image         TEXT   NOT NULL,
    website       TEXT   NOT NULL,
    location      TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE posts (
    id               TEXT   NOT NULL PRIMARY KEY,
    uuid             TEXT   NOT NULL,
    kind             TEXT   NOT NULL,
    slug             TEXT   NOT NULL UNIQUE,
    title            TEXT   NOT NULL,
    format           TEXT   NOT NULL,
    source           TEXT   NOT NULL,
    html             TEXT   NOT NULL,
    excerpt          TEXT   NOT NULL,
    custom_excerpt   TEXT   NOT NULL,
    cover_image      TEXT   NOT NULL,
    cover_alt        TEXT   NOT NULL,
    cover_caption    TEXT   NOT NULL,
    status           TEXT   NOT NULL,
    is_featured      BIGINT NOT NULL,
    meta_title       TEXT   NOT NULL,
    meta_description TEXT   NOT NULL,
    canonical_url    TEXT   NOT NULL,
    reading_minutes  BIGINT NOT NULL,
    authors          TEXT   NOT NULL,
    tags             TEXT   NOT NULL,
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    published_at     BIGINT
);
CREATE INDEX posts_by_date ON posts (kind, status, published_at, id);

CREATE TABLE posts_authors (
    post_id  TEXT   NOT NULL,
    user_id  TEXT   NOT NULL,
    position BIGINT NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id),
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX posts_authors_by_user ON posts_authors (user_id, post_id);

CREATE TABLE tags (
    id               TEXT   NOT NULL PRIMARY KEY,
    slug             TEXT   NOT NULL UNIQUE,
    name             TEXT   NOT NULL,
    description      TEXT   NOT NULL,
    image            TEXT   NOT NULL,
    is_internal      BIGINT NOT NULL,
    meta_title       TEXT   NOT NULL,
    meta_description TEXT   NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);

CREATE TABLE posts_tags (
    post_id  TEXT   NOT NULL,
    tag_id   TEXT   NOT NULL,
    position BIGINT NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (post_id, tag_id)
);
CREATE INDEX posts_tags_by_tag ON posts_tags (tag_id, post_id);

-- Addresses that posts had before: the old slug leads to the post.
CREATE TABLE redirects (
    slug       TEXT   NOT NULL PRIMARY KEY,
    post_id    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);

-- Former texts; an autosaved one is what its editor has not saved yet.
CREATE TABLE revisions (
    id         TEXT   NOT NULL PRIMARY KEY,
    post_id    TEXT   NOT NULL,
    user_id    TEXT,
    title      TEXT   NOT NULL,
    format     TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    autosaved  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX revisions_by_post ON revisions (post_id, created_at);

-- An inverted index: the same search on every database.
CREATE TABLE search_terms (
    term    TEXT COLLATE "C" NOT NULL,
    post_id TEXT             NOT NULL,
    weight  BIGINT           NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    PRIMARY KEY (term, post_id)
);
CREATE INDEX search_terms_by_post ON search_terms (post_id);

CREATE TABLE images (
    id         TEXT   NOT NULL PRIMARY KEY,
    path       TEXT   NOT NULL UNIQUE,
    mime       TEXT   NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    variants   TEXT   NOT NULL,
    user_id    TEXT,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
);

-- The key is a hash of the cookie's token: who reads the table can't log in with it.
CREATE TABLE sessions (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL,
    csrf_token TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Links by which a user sets a password, once. The key is a hash of the link's token.
CREATE TABLE invitations (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE login_attempts (
    subject       TEXT   NOT NULL PRIMARY KEY,
    failures      BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    secret     TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
