-- Fills the hub's own schema with :events events over the last 360 days: 40 cameras of 20 nodes at 4 sites, a tenth acknowledged.
-- Run by ./run on a database that vigilar-hub has made; the months that are missing are made here as the hub makes them.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
DO $$
DECLARE month timestamptz; name text;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', now() - interval '13 months'), date_trunc('month', now()), '1 month') LOOP
        name := 'events_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', name, month, month + interval '1 month');
        END IF;
    END LOOP;
END $$;
INSERT INTO sources
SELECT DISTINCT 'site-' || n % 4, 'cam-' || n, t
FROM generate_series(0, 39) n, unnest(ARRAY['motion', 'person', 'vehicle', 'pet', 'face']) t ON CONFLICT DO NOTHING;
INSERT INTO events (id, ts, rev, node, site, source_id, type, severity, flags, received_at, acknowledged_at, acknowledged_by, body)
SELECT id, ts, 1, node, site, source, type, severity, 0, ts + interval '1 second',
    CASE WHEN random() < 0.1 THEN ts + interval '1 hour' END, CASE WHEN random() < 0.1 THEN 'admin' END,
    '{"v":1,"id":"' || id || '","rev":1,"node":"' || node || '","epoch":"e1","seq":' || n || ',"site":"' || site || '","source_id":"'
    || source || '","type":"' || type || '","severity":"' || (ARRAY['info', 'notice', 'warning', 'alarm', 'critical'])[severity + 1]
    || '","ts":"' || to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","end_ts":null,"payload":{"score":0.91,"zones":["driveway"],"box":[0.41,0.22,0.12,0.38]}}'
FROM (
    SELECT n, ts, camera, 'cam-' || camera AS source, 'node-' || camera / 2 AS node, 'site-' || camera % 4 AS site,
        (ARRAY['motion', 'motion', 'motion', 'motion', 'motion', 'motion', 'person', 'person', 'vehicle', 'pet'])[1 + (random() * 9)::int]
            AS type, least(4, (-ln(1 - random()))::int)::smallint AS severity,
        (lpad(to_hex((extract(epoch FROM ts) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
            || substr(md5(n::text), 4, 15))::uuid AS id
    FROM (
        SELECT n, (random() * 39)::int AS camera,
            date_trunc('milliseconds', now() - interval '360 days' + interval '360 days' * (n::double precision / :events)) AS ts
        FROM generate_series(1, :events) n
    ) one
) two;
INSERT INTO event_ids (id, ts, rev) SELECT id, ts, rev FROM events ON CONFLICT DO NOTHING;
VACUUM (ANALYZE) events;
VACUUM (ANALYZE) event_ids;
