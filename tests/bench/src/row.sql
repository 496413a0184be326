\set customer random(1, 1000000)
\set score random(0, 10)
WITH response AS (
    INSERT INTO responses
    VALUES (
        gen_random_uuid(), uuid_send(gen_random_uuid()), 'C-' || :customer, 'agent-7', 'support', :score,
        'The technician came on time, explained what was wrong with the line and had it repaired within the hour.',
        '{"branch": "branch-17", "channel": "phone", "product": "fibre", "region": "north"}', now()
    )
    RETURNING id, customer, score, at
)
INSERT INTO last_scores SELECT customer, score, at, id FROM response
ON CONFLICT (customer) DO UPDATE SET score = excluded.score, at = excluded.at, response = excluded.response
WHERE (excluded.at, excluded.response) > (last_scores.at, last_scores.response);
