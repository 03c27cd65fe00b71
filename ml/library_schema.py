"""The library's tables, version by version. A step that was released is never changed: what comes after is another step."""

from __future__ import annotations

STEPS: tuple[tuple[str, ...], ...] = (
    (
        # What was looked into, by content. `whole`: all of it, or only the parts that stood on a timeline. `signature`: how.
        """CREATE TABLE media (
            id INTEGER PRIMARY KEY, medium TEXT NOT NULL UNIQUE, signature TEXT NOT NULL, whole INTEGER NOT NULL,
            seconds REAL NOT NULL, missing TEXT NOT NULL)""",
        # Where files are or were. `medium` is "" where a file cannot be read, and `problem` says why.
        """CREATE TABLE places (
            path TEXT PRIMARY KEY, medium TEXT NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL, problem TEXT NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX places_of ON places (medium)",
        """CREATE TABLE shots (
            id INTEGER PRIMARY KEY, media INTEGER NOT NULL REFERENCES media ON DELETE CASCADE, start TEXT NOT NULL, end TEXT NOT NULL,
            seconds REAL NOT NULL, size TEXT NOT NULL, movement TEXT NOT NULL, place TEXT NOT NULL, light TEXT NOT NULL,
            mood TEXT NOT NULL, certainty REAL NOT NULL, valence REAL NOT NULL, arousal REAL NOT NULL,
            grade REAL NOT NULL, faces INTEGER NOT NULL, more TEXT NOT NULL)""",
        "CREATE INDEX shots_of ON shots (media)",
        "CREATE INDEX shots_size ON shots (size)",
        "CREATE INDEX shots_movement ON shots (movement)",
        "CREATE INDEX shots_place ON shots (place)",
        "CREATE INDEX shots_light ON shots (light)",
        "CREATE INDEX shots_mood ON shots (mood, certainty)",
        "CREATE TABLE names (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (kind, label))",
        """CREATE TABLE labels (
            name INTEGER NOT NULL REFERENCES names, shot INTEGER NOT NULL REFERENCES shots ON DELETE CASCADE,
            seconds REAL NOT NULL, prominence REAL NOT NULL, confidence REAL NOT NULL, strength REAL NOT NULL, PRIMARY KEY (name, shot)
        ) WITHOUT ROWID""",
        "CREATE INDEX labels_of ON labels (shot)",
        # Sentences that are said, each with its own time; their texts are in `said`, under the same numbers.
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY, shot INTEGER NOT NULL REFERENCES shots ON DELETE CASCADE, start TEXT NOT NULL, end TEXT NOT NULL)""",
        "CREATE INDEX passages_of ON passages (shot)",
        "CREATE VIRTUAL TABLE said USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')",
        # Everything else that is words: what is seen, what is wrong with it, how the file and its folders are called.
        "CREATE VIRTUAL TABLE about USING fts5 (text, file, tokenize = 'porter unicode61 remove_diacritics 2')",
        # Where a shot or a passage lies in a space of meaning: signed bytes, 1024 to a row, in the order of their numbers.
        "CREATE TABLE spaces (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, width INTEGER NOT NULL)",
        """CREATE TABLE vectors (
            space INTEGER NOT NULL REFERENCES spaces, page INTEGER NOT NULL, changed INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (space, page))""",
        # Numbers that are free again, so that rows of vectors stay close together.
        "CREATE TABLE free (kind TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID",
        "CREATE TABLE writes (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL)",
        "INSERT INTO writes VALUES (1, 0)",
    ),
)
