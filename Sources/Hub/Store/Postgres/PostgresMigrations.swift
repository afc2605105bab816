/// The numbered steps of the PostgreSQL schema. A step that has been released never changes; a new one is added at the end.
enum PostgresMigrations {
    /// The version that this program works with.
    static var latest: Int { steps.count }

    /// Step n leads from version n to n + 1. Names are compared byte by byte (`COLLATE "C"`), as SQLite does.
    ///
    /// `events` is partitioned by month of `ts`, so its key must hold `ts`; `event_ids` is what makes an id unique over all months,
    /// and carries the `rev` that ingest decides by, so that it need not look into the partitions. `snapshots` has the same months and
    /// the same key. A box is ciphertext: to try to compress it would be for nothing, hence its storage. That an event has one is noted in
    /// its row, which costs an update for each picture, and nothing for each reading or taking in.
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
        """
        ALTER TABLE nodes ADD COLUMN joined_at timestamptz, ADD COLUMN key_fingerprint text COLLATE "C",
            ADD COLUMN sealing_key text COLLATE "C", ADD COLUMN revoked_at timestamptz, ADD COLUMN asks_since timestamptz,
            ADD COLUMN admitted_until timestamptz;
        CREATE TABLE invitations (
            secret_hash bytea PRIMARY KEY, site text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL, used_at timestamptz, used_by text COLLATE "C"
        );
        CREATE UNIQUE INDEX invitations_unused ON invitations (node) WHERE used_at IS NULL;
        CREATE TABLE certificates (
            serial text COLLATE "C" PRIMARY KEY, node text COLLATE "C" NOT NULL, key_fingerprint text COLLATE "C" NOT NULL,
            issued_at timestamptz NOT NULL, not_after timestamptz NOT NULL, revoked_at timestamptz
        );
        CREATE INDEX certificates_by_node ON certificates (node) WHERE revoked_at IS NULL;
        CREATE INDEX certificates_revoked ON certificates (not_after) WHERE revoked_at IS NOT NULL;
        CREATE TABLE cameras (id text COLLATE "C" PRIMARY KEY, node text COLLATE "C" NOT NULL, claimed_at timestamptz NOT NULL);
        CREATE TABLE authority (one smallint PRIMARY KEY CHECK (one = 1), fingerprint text COLLATE "C" NOT NULL);
        """,
        """
        CREATE TABLE presence (
            node text COLLATE "C" PRIMARY KEY, online smallint NOT NULL, since timestamptz NOT NULL, last_seen timestamptz NOT NULL,
            transition bigint NOT NULL, why text, pending text NOT NULL, state text, health text, clock_offset bigint,
            epoch text COLLATE "C", committed bigint, missing text
        ) WITH (fillfactor = 50);
        """,
        """
        ALTER TABLE events ADD COLUMN snapshot_rank smallint;
        CREATE TABLE snapshots (
            ts timestamptz NOT NULL, id uuid NOT NULL, received_at timestamptz NOT NULL, rank smallint NOT NULL,
            node text COLLATE "C" NOT NULL, box bytea NOT NULL,
            PRIMARY KEY (ts, id)
        ) PARTITION BY RANGE (ts);
        ALTER TABLE snapshots ALTER COLUMN box SET STORAGE EXTERNAL;
        CREATE TABLE snapshots_default PARTITION OF snapshots DEFAULT;
        """,
        """
        CREATE TABLE camera_settings (
            camera text COLLATE "C" PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE, revision bigint, changed_at timestamptz,
            changed_by text COLLATE "C", base text COLLATE "C", settings text, reported_at timestamptz, report text
        );
        """,
        """
        CREATE TABLE segments (
            id uuid PRIMARY KEY, started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, received_at timestamptz NOT NULL,
            file_length bigint NOT NULL, state smallint NOT NULL, node text COLLATE "C" NOT NULL, site text COLLATE "C" NOT NULL,
            camera text COLLATE "C" NOT NULL REFERENCES cameras (id) ON DELETE CASCADE, track text COLLATE "C" NOT NULL,
            body bytea NOT NULL, CHECK (ended_at >= started_at AND ended_at - started_at <= interval '86400 seconds')
        );
        CREATE INDEX segments_by_time ON segments (started_at, id);
        CREATE INDEX segments_by_camera ON segments (camera, started_at, id);
        """,
        """
        CREATE TABLE replicas (
            id text COLLATE "C" PRIMARY KEY, name text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL, seen_at timestamptz NOT NULL
        ) WITH (fillfactor = 10);
        """,
        """
        ALTER TABLE segments ADD COLUMN class text COLLATE "C";
        CREATE TABLE stars (
            segment uuid PRIMARY KEY REFERENCES segments (id) ON DELETE CASCADE, number bigint NOT NULL, changed_at timestamptz NOT NULL,
            wanted boolean NOT NULL, settled boolean NOT NULL, changed_by text COLLATE "C" NOT NULL, why text
        );
        CREATE INDEX stars_waiting ON stars (changed_at, segment) WHERE NOT settled;
        """,
        """
        CREATE TABLE individuals (
            id uuid PRIMARY KEY, kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, profile text COLLATE "C" NOT NULL,
            created_at timestamptz NOT NULL, created_by text COLLATE "C" NOT NULL
        );
        CREATE TABLE gallery (
            event_id uuid PRIMARY KEY, individual uuid NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, added_at timestamptz NOT NULL,
            rank smallint NOT NULL, node text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, model text COLLATE "C" NOT NULL,
            added_by text COLLATE "C" NOT NULL, box bytea NOT NULL
        );
        CREATE INDEX gallery_by_individual ON gallery (individual);
        CREATE TABLE identities (
            event_id uuid PRIMARY KEY REFERENCES event_ids (id) ON DELETE CASCADE,
            individual uuid REFERENCES individuals (id) ON DELETE SET NULL, score double precision, decided_at timestamptz,
            track bigint NOT NULL, due bigint NOT NULL, kind text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL,
            account text COLLATE "C"
        );
        CREATE TABLE portraits (
            event_id uuid PRIMARY KEY REFERENCES event_ids (id) ON DELETE CASCADE, received_at timestamptz NOT NULL, rank smallint NOT NULL,
            node text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, model text COLLATE "C" NOT NULL, box bytea NOT NULL
        );
        ALTER TABLE portraits ALTER COLUMN box SET STORAGE EXTERNAL;
        CREATE INDEX identities_by_individual ON identities (individual) WHERE individual IS NOT NULL;
        CREATE INDEX identities_due ON identities (event_id) WHERE due > 0;
        CREATE INDEX identities_by_state ON identities (kind, state, event_id);
        CREATE TABLE erasures (individual uuid PRIMARY KEY, erased_at timestamptz NOT NULL);
        CREATE TABLE recognition (
            one smallint PRIMARY KEY CHECK (one = 1), is_on boolean NOT NULL, changed_at timestamptz NOT NULL,
            changed_by text COLLATE "C" NOT NULL, ground text NOT NULL
        );
        """,
        """
        CREATE TABLE camera_places (
            camera text COLLATE "C" PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE, place text COLLATE "C" NOT NULL
        );
        CREATE TABLE site_clocks (site text COLLATE "C" PRIMARY KEY, time_zone text COLLATE "C" NOT NULL);
        CREATE TABLE species (
            event_id uuid PRIMARY KEY REFERENCES event_ids (id) ON DELETE CASCADE, said_at timestamptz NOT NULL,
            name text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL
        );
        CREATE TABLE event_subjects (
            event_id uuid PRIMARY KEY REFERENCES event_ids (id) ON DELETE CASCADE,
            individual uuid NOT NULL REFERENCES individuals (id) ON DELETE CASCADE
        );
        CREATE INDEX event_subjects_by_individual ON event_subjects (individual);
        CREATE TABLE pet_rules (
            id uuid PRIMARY KEY, individual uuid NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, created_at timestamptz NOT NULL,
            first bigint NOT NULL, second bigint NOT NULL, kind text COLLATE "C" NOT NULL, created_by text COLLATE "C" NOT NULL
        );
        CREATE INDEX pet_rules_by_individual ON pet_rules (individual);
        """,
        """
        ALTER TABLE individuals ADD COLUMN keep_until timestamptz, ADD COLUMN consent text;
        ALTER TABLE erasures ADD COLUMN account text COLLATE "C", ADD COLUMN reason text COLLATE "C" NOT NULL DEFAULT 'request',
            ADD COLUMN with_pictures boolean NOT NULL DEFAULT false;
        CREATE TABLE erasure_events (
            individual uuid NOT NULL, event_id uuid NOT NULL, confirmed_at timestamptz, node text COLLATE "C" NOT NULL,
            PRIMARY KEY (individual, event_id)
        );
        CREATE INDEX erasure_events_by_event ON erasure_events (event_id);
        CREATE INDEX erasure_events_waiting ON erasure_events (node, individual, event_id) WHERE confirmed_at IS NULL;
        """,
        """
        CREATE TABLE offered_pictures (
            id uuid PRIMARY KEY, individual uuid NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, added_at timestamptz NOT NULL,
            noted_at timestamptz, origin uuid, kind text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL, found text COLLATE "C" NOT NULL, chosen text COLLATE "C",
            trouble text, added_by text COLLATE "C" NOT NULL, box bytea NOT NULL
        );
        ALTER TABLE offered_pictures ALTER COLUMN box SET STORAGE EXTERNAL;
        CREATE INDEX offered_pictures_by_individual ON offered_pictures (individual);
        ALTER TABLE gallery ADD COLUMN given_up text COLLATE "C";
        ALTER TABLE portraits ADD COLUMN given_up text COLLATE "C";
        CREATE INDEX portraits_by_model ON portraits (kind, model);
        """,
        """
        ALTER TABLE gallery ADD COLUMN origin uuid;
        ALTER TABLE pet_rules ADD COLUMN origin uuid;
        ALTER TABLE event_subjects ADD COLUMN origin uuid;
        CREATE INDEX gallery_by_origin ON gallery (origin) WHERE origin IS NOT NULL;
        CREATE TABLE merges (
            id uuid PRIMARY KEY, individual uuid NOT NULL, merged_at timestamptz NOT NULL, created_at timestamptz, keep_until timestamptz,
            merged_by text COLLATE "C" NOT NULL, kind text COLLATE "C", name text COLLATE "C", profile text COLLATE "C",
            created_by text COLLATE "C", consent text
        );
        CREATE INDEX merges_by_individual ON merges (individual);
        """,
        """
        ALTER TABLE erasures ADD COLUMN hidden boolean NOT NULL DEFAULT false;
        """,
        // Until then all accounts were administrators.
        """
        ALTER TABLE accounts ADD COLUMN grants text COLLATE "C" NOT NULL DEFAULT
            '{"grants":[{"role":"administrator","video":true,"faces":true}]}';
        ALTER TABLE accounts DROP COLUMN role;
        ALTER TABLE sessions DROP COLUMN role;
        CREATE TABLE account_links (
            hash bytea PRIMARY KEY, grants text COLLATE "C" NOT NULL, created_by text COLLATE "C", expires_at timestamptz NOT NULL
        );
        """,
        """
        ALTER TABLE accounts ADD COLUMN used_step bigint NOT NULL DEFAULT 0, ADD COLUMN second_factor bytea,
            ADD COLUMN recovery text COLLATE "C" NOT NULL DEFAULT '';
        ALTER TABLE account_links ADD COLUMN account text COLLATE "C";
        ALTER TABLE sessions ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'browser', ADD COLUMN limits text COLLATE "C",
            ADD COLUMN label text COLLATE "C" NOT NULL DEFAULT '', ADD COLUMN address text COLLATE "C" NOT NULL DEFAULT '',
            ADD COLUMN used_at timestamptz;
        UPDATE sessions SET used_at = created_at;
        ALTER TABLE sessions ALTER COLUMN used_at SET NOT NULL, ALTER COLUMN used_at SET DEFAULT now();
        CREATE INDEX sessions_by_account ON sessions (account);
        CREATE TABLE sign_in_failures (last timestamptz NOT NULL, failures bigint NOT NULL, key bytea PRIMARY KEY);
        CREATE TABLE audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, is_refused boolean NOT NULL,
            account text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL, action text COLLATE "C" NOT NULL,
            object text COLLATE "C" NOT NULL, detail text COLLATE "C" NOT NULL
        );
        CREATE INDEX audit_by_account ON audit (account, id);
        CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $keep$
        BEGIN
            IF TG_OP = 'DELETE' AND old.at <= now() - interval '365 days' THEN RETURN old; END IF;
            RAISE 'the audit log is only added to';
        END
        $keep$;
        CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit();
        CREATE FUNCTION keep_all_audit() RETURNS trigger LANGUAGE plpgsql AS $keep$
        BEGIN RAISE 'the audit log is only added to'; END
        $keep$;
        CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit EXECUTE FUNCTION keep_all_audit();
        """,
        """
        CREATE TABLE event_notes (
            id uuid PRIMARY KEY, event_id uuid NOT NULL REFERENCES event_ids (id) ON DELETE CASCADE, created_at timestamptz NOT NULL,
            text text COLLATE "C" NOT NULL, created_by text COLLATE "C" NOT NULL
        );
        CREATE INDEX event_notes_by_event ON event_notes (event_id);
        CREATE TABLE verdicts (
            event_id uuid PRIMARY KEY REFERENCES event_ids (id) ON DELETE CASCADE, said_at timestamptz NOT NULL,
            kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL
        );
        """,
        """
        CREATE TABLE incidents (
            id uuid PRIMARY KEY, from_ts timestamptz NOT NULL, until_ts timestamptz NOT NULL, site text COLLATE "C" NOT NULL
        );
        CREATE INDEX incidents_by_start ON incidents (site, from_ts);
        CREATE TABLE incident_events (event_id uuid PRIMARY KEY, incident uuid NOT NULL REFERENCES incidents (id) ON DELETE CASCADE);
        CREATE INDEX incident_events_by_incident ON incident_events (incident);
        """,
        """
        CREATE TABLE kiosk_pairings (
            secret_hash bytea PRIMARY KEY, code_hash bytea NOT NULL UNIQUE, expires_at timestamptz NOT NULL,
            network_hash bytea NOT NULL, side bigint, name text COLLATE "C", cameras text COLLATE "C", approved_by text COLLATE "C"
        );
        CREATE TABLE kiosks (
            token_hash bytea PRIMARY KEY, created_at timestamptz NOT NULL, used_at timestamptz NOT NULL, side bigint NOT NULL,
            is_secure boolean NOT NULL, name text COLLATE "C" NOT NULL, cameras text COLLATE "C" NOT NULL, approved_by text COLLATE "C" NOT NULL
        );
        """,
        """
        CREATE TABLE deletions (
            id uuid PRIMARY KEY, number bigint NOT NULL, started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL,
            asked_at timestamptz NOT NULL, file_length bigint NOT NULL, state smallint NOT NULL, settled boolean NOT NULL,
            node text COLLATE "C" NOT NULL, site text COLLATE "C" NOT NULL,
            camera text COLLATE "C" NOT NULL, track text COLLATE "C" NOT NULL,
            asked_by text COLLATE "C" NOT NULL, class text COLLATE "C", why text, body bytea
        );
        CREATE INDEX deletions_by_camera ON deletions (camera, started_at, id);
        CREATE INDEX deletions_waiting ON deletions (asked_at, id) WHERE NOT settled;
        """,
        """
        CREATE TABLE push_key (one smallint PRIMARY KEY CHECK (one = 1), sealed bytea NOT NULL);
        CREATE TABLE push_subscriptions (
            id uuid PRIMARY KEY, session bytea NOT NULL UNIQUE REFERENCES sessions (token_hash) ON DELETE CASCADE,
            created_at timestamptz NOT NULL, sent_at timestamptz, failures bigint NOT NULL DEFAULT 0,
            endpoint text COLLATE "C" NOT NULL UNIQUE, public_key bytea NOT NULL, secret bytea NOT NULL
        );
        """,
    ]
}
