-- What the collector keeps of a submission, as a careful PostgreSQL schema would keep it.
DROP TABLE IF EXISTS responses, last_scores;
CREATE TABLE responses (
    id uuid PRIMARY KEY,
    token bytea NOT NULL UNIQUE,
    customer text NOT NULL,
    agent text,
    survey text NOT NULL,
    score int,
    comment text,
    attributes jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE last_scores (
    customer text PRIMARY KEY,
    score int NOT NULL,
    at timestamptz NOT NULL,
    response uuid NOT NULL
);
