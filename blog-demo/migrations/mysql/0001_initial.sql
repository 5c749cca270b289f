-- Times are Unix milliseconds, flags 0 or 1, lists and settings JSON: the same on every database.

CREATE TABLE site (
    id         BIGINT     NOT NULL PRIMARY KEY CHECK (id = 1),
    revision   BIGINT     NOT NULL,
    changed_at BIGINT     NOT NULL,
    settings   MEDIUMTEXT NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO site (id, revision, changed_at, settings) VALUES (1, 0, 0, '{}');

CREATE TABLE users (
    id            VARCHAR(24)  NOT NULL PRIMARY KEY,
    slug          VARCHAR(191) NOT NULL UNIQUE,
    name          VARCHAR(191) NOT NULL,
    email         VARCHAR(191) NOT NULL UNIQUE,
    password_hash VARCHAR(255),
    role          VARCHAR(12)  NOT NULL,
    is_active     BIGINT       NOT NULL,
    bio           MEDIUMTEXT   NOT NULL,
    image         MEDIUMTEXT   NOT NULL,
    website       MEDIUMTEXT   NOT NULL,
    location      MEDIUMTEXT   NOT NULL,
    created_at    BIGINT       NOT NULL,
    updated_at    BIGINT       NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE posts (
    id               VARCHAR(24)  NOT NULL PRIMARY KEY,
    uuid             VARCHAR(36)  NOT NULL,
    kind             VARCHAR(10)  NOT NULL,
    slug             VARCHAR(191) NOT NULL UNIQUE,
    title            MEDIUMTEXT   NOT NULL,
    format           VARCHAR(12)  NOT NULL,
    source           MEDIUMTEXT   NOT NULL,
    html             MEDIUMTEXT   NOT NULL,
    excerpt          MEDIUMTEXT   NOT NULL,
    custom_excerpt   MEDIUMTEXT   NOT NULL,
    cover_image      MEDIUMTEXT   NOT NULL,
    cover_alt        MEDIUMTEXT   NOT NULL,
    cover_caption    MEDIUMTEXT   NOT NULL,
    status           VARCHAR(12)  NOT NULL,
    is_featured      BIGINT       NOT NULL,
    meta_title       MEDIUMTEXT   NOT NULL,
    meta_description MEDIUMTEXT   NOT NULL,
    canonical_url    MEDIUMTEXT   NOT NULL,
    reading_minutes  BIGINT       NOT NULL,
    authors          MEDIUMTEXT   NOT NULL,
    tags             MEDIUMTEXT   NOT NULL,
    version          BIGINT       NOT NULL,
    created_at       BIGINT       NOT NULL,
    updated_at       BIGINT       NOT NULL,
    published_at     BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX posts_by_date ON posts (kind, status, published_at, id);

CREATE TABLE posts_authors (
    post_id  VARCHAR(24) NOT NULL,
    user_id  VARCHAR(24) NOT NULL,
    position BIGINT      NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id),
    PRIMARY KEY (post_id, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX posts_authors_by_user ON posts_authors (user_id, post_id);

CREATE TABLE tags (
    id               VARCHAR(24)  NOT NULL PRIMARY KEY,
    slug             VARCHAR(191) NOT NULL UNIQUE,
    name             VARCHAR(191) NOT NULL,
    description      MEDIUMTEXT   NOT NULL,
    image            MEDIUMTEXT   NOT NULL,
    is_internal      BIGINT       NOT NULL,
    meta_title       MEDIUMTEXT   NOT NULL,
    meta_description MEDIUMTEXT   NOT NULL,
    created_at       BIGINT       NOT NULL,
    updated_at       BIGINT       NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE posts_tags (
    post_id  VARCHAR(24) NOT NULL,
    tag_id   VARCHAR(24) NOT NULL,
    position BIGINT      NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (post_id, tag_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX posts_tags_by_tag ON posts_tags (tag_id, post_id);

-- Addresses that posts had before: the old slug leads to the post.
CREATE TABLE redirects (
    slug       VARCHAR(191) NOT NULL PRIMARY KEY,
    post_id    VARCHAR(24)  NOT NULL,
    created_at BIGINT       NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Former texts; an autosaved one is what its editor has not saved yet.
CREATE TABLE revisions (
    id         VARCHAR(24) NOT NULL PRIMARY KEY,
    post_id    VARCHAR(24) NOT NULL,
    user_id    VARCHAR(24),
    title      MEDIUMTEXT  NOT NULL,
    format     VARCHAR(12) NOT NULL,
    source     MEDIUMTEXT  NOT NULL,
    version    BIGINT      NOT NULL,
    autosaved  BIGINT      NOT NULL,
    created_at BIGINT      NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX revisions_by_post ON revisions (post_id, created_at);

-- An inverted index: the same search on every database.
CREATE TABLE search_terms (
    term    VARCHAR(64) NOT NULL,
    post_id VARCHAR(24) NOT NULL,
    weight  BIGINT      NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    PRIMARY KEY (term, post_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX search_terms_by_post ON search_terms (post_id);

CREATE TABLE images (
    id         VARCHAR(24)  NOT NULL PRIMARY KEY,
    path       VARCHAR(191) NOT NULL UNIQUE,
    mime       VARCHAR(64)  NOT NULL,
    width      BIGINT       NOT NULL,
    height     BIGINT       NOT NULL,
    size_bytes BIGINT       NOT NULL,
    variants   MEDIUMTEXT   NOT NULL,
    user_id    VARCHAR(24),
    created_at BIGINT       NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The key is a hash of the cookie's token: who reads the table can't log in with it.
CREATE TABLE sessions (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id    VARCHAR(24) NOT NULL,
    csrf_token VARCHAR(64) NOT NULL,
    created_at BIGINT      NOT NULL,
    seen_at    BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Links by which a user sets a password, once. The key is a hash of the link's token.
CREATE TABLE invitations (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id    VARCHAR(24) NOT NULL UNIQUE,
    expires_at BIGINT      NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE login_attempts (
    subject       VARCHAR(128) NOT NULL PRIMARY KEY,
    failures      BIGINT       NOT NULL,
    blocked_until BIGINT       NOT NULL,
    updated_at    BIGINT       NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE api_keys (
    id         VARCHAR(24)  NOT NULL PRIMARY KEY,
    name       VARCHAR(191) NOT NULL,
    secret     VARCHAR(64)  NOT NULL UNIQUE,
    created_at BIGINT       NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
