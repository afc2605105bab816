/// The numbered steps of the PostgreSQL schema. A step that has been released never changes; a new one is added at the end.
enum PostgresMigrations {
    /// The version that this program works with.
    static var latest: Int { steps.count }

    /// Step n leads from version n to n + 1. Names are compared byte by byte (`COLLATE "C"`), as SQLite does.
    ///
    /// `events` is partitioned by month of `ts`, so its key must hold `ts`; `event_ids` is what makes an id unique over all months,
    /// and carries the `rev` that ingest decides by, so that it need not look into the partitions.
    static let steps: [String] = [
        """
        CREATE TABLE nodes (name text COLLATE "C" PRIMARY KEY, site text COLLATE "C" NOT NULL, added_at timestamptz NOT NULL);
        CREATE TABLE ingest_epochs (
            node text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, committed text NOT NULL, updated_at timestamptz NOT NULL,
            PRIMARY KEY (node, epoch)
        ) WITH (fillfactor = 50);
        CREATE TABLE event_ids (id uuid PRIMARY KEY, ts timestamptz NOT NULL, rev bigint NOT NULL) WITH (fillfactor = 90);
        CREATE TABLE events (
            ts timestamptz NOT NULL, id uuid NOT NULL, rev bigint NOT NULL, received_at timestamptz NOT NULL, acknowledged_at timestamptz,
            severity smallint NOT NULL, flags smallint NOT NULL, node text COLLATE "C" NOT NULL, site text COLLATE "C" NOT NULL,
            source_id text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL, acknowledged_by text COLLATE "C",
            body text COLLATE "C" NOT NULL,
            PRIMARY KEY (ts, id)
        ) PARTITION BY RANGE (ts);
        CREATE INDEX events_by_source ON events (source_id, ts, id, type);
        CREATE INDEX events_by_type ON events (type, ts, id);
        CREATE INDEX events_by_site ON events (site, ts, id);
        CREATE INDEX events_by_node ON events (node, ts, id);
        CREATE INDEX events_unacknowledged ON events (ts, id) WHERE acknowledged_at IS NULL;
        CREATE TABLE events_default PARTITION OF events DEFAULT;
        CREATE TABLE sources (
            site text COLLATE "C" NOT NULL, source_id text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL,
            PRIMARY KEY (site, source_id, type)
        );
        CREATE TABLE quarantine (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, node text COLLATE "C" NOT NULL, epoch text COLLATE "C", seq bigint,
            why text NOT NULL, body bytea NOT NULL, digest bigint NOT NULL, received_at timestamptz NOT NULL
        );
        CREATE UNIQUE INDEX quarantine_once ON quarantine (node, coalesce(epoch, ''), coalesce(seq, -1), digest);
        """,
        """
        CREATE TABLE leases (
            name text COLLATE "C" PRIMARY KEY, holder text NOT NULL, generation bigint NOT NULL, expires_at timestamptz NOT NULL
        ) WITH (fillfactor = 10);
        CREATE TABLE feed_pending (
            feed_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL, event_ts timestamptz NOT NULL
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
        CREATE TABLE feed (
            cursor bigint PRIMARY KEY, event_id uuid NOT NULL, event_ts timestamptz NOT NULL, created_at timestamptz NOT NULL
        );
        CREATE TABLE feed_state (
            one smallint PRIMARY KEY CHECK (one = 1), last_cursor bigint NOT NULL, published_cursor bigint NOT NULL,
            deleted_before timestamptz NOT NULL
        ) WITH (fillfactor = 10);
        INSERT INTO feed_state VALUES (1, 0, 0, '-infinity');
        """,
        """
        CREATE TABLE accounts (name text COLLATE "C" PRIMARY KEY, role text NOT NULL, password_hash text NOT NULL);
        CREATE TABLE sessions (
            token_hash bytea PRIMARY KEY, account text COLLATE "C" NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
            role text NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL
        );
        """,
    ]
}
