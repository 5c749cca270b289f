//! The sample blog's pages.

/// Title and text of each page.
pub(super) const PAGES: [(&str, &str); 3] = [
    (
        "About",
        "*Slow Tide* is a sample blog: its texts, its authors and its pictures were made by a program, \
so that there is something to look at.\n\nFive people who do not exist write here about six \
things that do:\n\n- [Kitchen](/tag/kitchen/)\n- [Code](/tag/code/)\n- [Walks](/tag/walks/)\n\
- [Books](/tag/books/)\n- [Workshop](/tag/workshop/)\n- [Weather](/tag/weather/)\n\n## What runs it\n\n\
An ordinary web app. It keeps what it is given in one database, renders texts when they are saved, \
and answers from memory when it can.\n",
    ),
    (
        "Contact",
        "Write to [harbour@example.org](mailto:harbour@example.org). Nobody will answer: the address \
belongs to nobody, and so does the harbour.\n\nNews is in the [feed](/rss/).\n",
    ),
    (
        "Style guide",
        "Everything that a text can have, on one page.\n\n## Words\n\nA paragraph with *emphasis*, \
**strong emphasis**, ~~something struck out~~, `code`, a [link](/archive/), and a note.[^1]\n\n\
[^1]: The note is down here.\n\n### A smaller heading\n\n> A quotation, which may run over more than \
one line if it has to, and then looks like this.\n\n## Lists\n\n1. first\n2. second\n   - with one\n   \
- and another\n3. third\n\n- [x] done\n- [ ] to do\n\n## Code\n\n```rust\nfn main() {\n    let names = \
[\"Ada\", \"Grace\", \"Barbara\"];\n    for name in names {\n        println!(\"Hello, {name}!\");\n    }\n\
}\n```\n\n## Tables\n\n| port | high water | low water |\n|---|---:|---:|\n| North | 5.2 m | 0.9 m |\n\
| South | 4.8 m | 1.1 m |\n\n## A line\n\n---\n\nAnd the end.\n",
    ),
];

/// Name and a few words about each author.
pub(super) const AUTHORS: [(&str, &str, &str, &str); 5] = [
    (
        "Ines Halvorsen",
        "ines@example.org",
        "Bakes, measures, and keeps the rain gauge.",
        "North Harbour",
    ),
    (
        "Tomas Okafor",
        "tomas@example.org",
        "Writes small programs and smaller bug reports.",
        "Salt Street 4",
    ),
    (
        "Maren Lindqvist",
        "maren@example.org",
        "Walks. Has opinions about socks.",
        "The ferry, mostly",
    ),
    (
        "Ruth Abernathy",
        "ruth@example.org",
        "Librarian by day, bookbinder at the weekend.",
        "Above the library",
    ),
    (
        "Jonas Adeyemi",
        "jonas@example.org",
        "Restores furniture and returns borrowed tools.",
        "Mill Lane",
    ),
];
