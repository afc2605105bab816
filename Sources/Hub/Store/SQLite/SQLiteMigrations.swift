import GRDB

/// The numbered steps of the SQLite schema. A step that has been released never changes; a new one is added at the end.
enum SQLiteMigrations {
    /// The version that this program works with.
    static var latest: Int { steps.count }

    /// Step n leads from version n to n + 1. Times are microseconds since 1970, ids 16 bytes.
    static let steps: [String] = [
        """
        CREATE TABLE nodes (name TEXT PRIMARY KEY, site TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE ingest_epochs (
            node TEXT NOT NULL, epoch TEXT NOT NULL, committed TEXT NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (node, epoch)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE events (
            id BLOB PRIMARY KEY NOT NULL, ts INTEGER NOT NULL, rev INTEGER NOT NULL, node TEXT NOT NULL, site TEXT NOT NULL,
            source_id TEXT NOT NULL, type TEXT NOT NULL, severity INTEGER NOT NULL, flags INTEGER NOT NULL,
            received_at INTEGER NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_by_time ON events (ts, id);
        CREATE INDEX events_by_source ON events (source_id, ts, id, type);
        CREATE INDEX events_by_type ON events (type, ts, id);
        CREATE INDEX events_by_site ON events (site, ts, id);
        CREATE INDEX events_by_node ON events (node, ts, id);
        CREATE INDEX events_unacknowledged ON events (ts, id) WHERE acknowledged_at IS NULL;
        CREATE TABLE sources (
            site TEXT NOT NULL, source_id TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (site, source_id, type)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE quarantine (
            number INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, epoch TEXT, seq INTEGER, why TEXT NOT NULL,
            body BLOB NOT NULL, digest INTEGER NOT NULL, received_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX quarantine_once ON quarantine (node, ifnull(epoch, ''), ifnull(seq, -1), digest);
        """,
        """
        CREATE TABLE leases (
            name TEXT PRIMARY KEY, holder TEXT NOT NULL, generation INTEGER NOT NULL, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE feed_pending (feed_id INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB NOT NULL) STRICT;
        CREATE TABLE feed (
            cursor INTEGER PRIMARY KEY, event_id BLOB NOT NULL, event_ts INTEGER NOT NULL, created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE feed_state (
            one INTEGER PRIMARY KEY CHECK (one = 1), last_cursor INTEGER NOT NULL, published_cursor INTEGER NOT NULL,
            deleted_before INTEGER NOT NULL
        ) STRICT;
        INSERT INTO feed_state VALUES (1, 0, 0, -9223372036854775808);
        """,
        """
        CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, password_hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE sessions (
            token_hash BLOB PRIMARY KEY NOT NULL, account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
            role TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE nodes ADD COLUMN joined_at INTEGER;
        ALTER TABLE nodes ADD COLUMN key_fingerprint TEXT;
        ALTER TABLE nodes ADD COLUMN sealing_key TEXT;
        ALTER TABLE nodes ADD COLUMN revoked_at INTEGER;
        ALTER TABLE nodes ADD COLUMN asks_since INTEGER;
        ALTER TABLE nodes ADD COLUMN admitted_until INTEGER;
        CREATE TABLE invitations (
            secret_hash BLOB PRIMARY KEY NOT NULL, site TEXT NOT NULL, node TEXT NOT NULL, created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL, used_at INTEGER, used_by TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX invitations_unused ON invitations (node) WHERE used_at IS NULL;
        CREATE TABLE certificates (
            serial TEXT PRIMARY KEY NOT NULL, node TEXT NOT NULL, key_fingerprint TEXT NOT NULL, issued_at INTEGER NOT NULL,
            not_after INTEGER NOT NULL, revoked_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX certificates_by_node ON certificates (node) WHERE revoked_at IS NULL;
        CREATE INDEX certificates_revoked ON certificates (not_after) WHERE revoked_at IS NOT NULL;
        CREATE TABLE cameras (id TEXT PRIMARY KEY NOT NULL, node TEXT NOT NULL, claimed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE authority (one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint TEXT NOT NULL) STRICT;
        """,
        """
        CREATE TABLE presence (
            node TEXT PRIMARY KEY, online INTEGER NOT NULL, since INTEGER NOT NULL, last_seen INTEGER NOT NULL,
            transition INTEGER NOT NULL, why TEXT, pending TEXT NOT NULL, state TEXT, health TEXT, clock_offset INTEGER, epoch TEXT,
            committed INTEGER, missing TEXT
        ) STRICT;
        """,
        """
        ALTER TABLE events ADD COLUMN snapshot_rank INTEGER;
        CREATE TABLE snapshots (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE, node TEXT NOT NULL, rank INTEGER NOT NULL,
            received_at INTEGER NOT NULL, box BLOB NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE camera_settings (
            camera TEXT PRIMARY KEY NOT NULL REFERENCES cameras (id) ON DELETE CASCADE, revision INTEGER, changed_at INTEGER,
            changed_by TEXT, base TEXT, settings TEXT, reported_at INTEGER, report TEXT
        ) STRICT;
        """,
        """
        CREATE TABLE segments (
            id BLOB PRIMARY KEY NOT NULL, node TEXT NOT NULL, site TEXT NOT NULL,
            camera TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE, track TEXT NOT NULL, started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL, file_length INTEGER NOT NULL, state INTEGER NOT NULL, received_at INTEGER NOT NULL,
            body BLOB NOT NULL, CHECK (ended_at - started_at BETWEEN 0 AND 86400000000)
        ) STRICT;
        CREATE INDEX segments_by_time ON segments (started_at, id);
        CREATE INDEX segments_by_camera ON segments (camera, started_at, id);
        """,
        """
        CREATE TABLE replicas (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, seen_at INTEGER NOT NULL) STRICT;
        """,
        """
        ALTER TABLE segments ADD COLUMN class TEXT;
        CREATE TABLE stars (
            segment BLOB PRIMARY KEY NOT NULL REFERENCES segments (id) ON DELETE CASCADE, wanted INTEGER NOT NULL, number INTEGER NOT NULL,
            changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL, settled INTEGER NOT NULL, why TEXT
        ) STRICT;
        CREATE INDEX stars_waiting ON stars (changed_at, segment) WHERE settled = 0;
        """,
        """
        CREATE TABLE individuals (
            id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, profile TEXT NOT NULL, created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL
        ) STRICT;
        CREATE TABLE gallery (
            event_id BLOB PRIMARY KEY NOT NULL, individual TEXT NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, node TEXT NOT NULL,
            rank INTEGER NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL, box BLOB NOT NULL, added_at INTEGER NOT NULL,
            added_by TEXT NOT NULL
        ) STRICT;
        CREATE INDEX gallery_by_individual ON gallery (individual);
        CREATE TABLE identities (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE, track INTEGER NOT NULL, kind TEXT NOT NULL,
            state TEXT NOT NULL, individual TEXT REFERENCES individuals (id) ON DELETE SET NULL, score REAL, account TEXT,
            decided_at INTEGER, due INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE portraits (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE, node TEXT NOT NULL, rank INTEGER NOT NULL,
            kind TEXT NOT NULL, model TEXT NOT NULL, received_at INTEGER NOT NULL, box BLOB NOT NULL
        ) STRICT;
        CREATE INDEX identities_by_individual ON identities (individual) WHERE individual IS NOT NULL;
        CREATE INDEX identities_due ON identities (event_id) WHERE due > 0;
        CREATE INDEX identities_by_state ON identities (kind, state, event_id);
        CREATE TABLE erasures (individual TEXT PRIMARY KEY NOT NULL, erased_at INTEGER NOT NULL) STRICT;
        CREATE TABLE recognition (
            one INTEGER PRIMARY KEY CHECK (one = 1), is_on INTEGER NOT NULL, ground TEXT NOT NULL, changed_at INTEGER NOT NULL,
            changed_by TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE camera_places (
            camera TEXT PRIMARY KEY NOT NULL REFERENCES cameras (id) ON DELETE CASCADE, place TEXT NOT NULL
        ) STRICT;
        CREATE TABLE site_clocks (site TEXT PRIMARY KEY NOT NULL, time_zone TEXT NOT NULL) STRICT;
        CREATE TABLE species (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE, name TEXT NOT NULL, account TEXT NOT NULL,
            said_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE event_subjects (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE,
            individual TEXT NOT NULL REFERENCES individuals (id) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX event_subjects_by_individual ON event_subjects (individual);
        CREATE TABLE pet_rules (
            id TEXT PRIMARY KEY NOT NULL, individual TEXT NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, kind TEXT NOT NULL,
            first INTEGER NOT NULL, second INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL
        ) STRICT;
        CREATE INDEX pet_rules_by_individual ON pet_rules (individual);
        """,
        """
        ALTER TABLE individuals ADD COLUMN consent TEXT;
        ALTER TABLE individuals ADD COLUMN keep_until INTEGER;
        ALTER TABLE erasures ADD COLUMN account TEXT;
        ALTER TABLE erasures ADD COLUMN reason TEXT NOT NULL DEFAULT 'request';
        ALTER TABLE erasures ADD COLUMN with_pictures INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE erasure_events (
            individual TEXT NOT NULL, event_id BLOB NOT NULL, node TEXT NOT NULL, confirmed_at INTEGER, PRIMARY KEY (individual, event_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX erasure_events_by_event ON erasure_events (event_id);
        CREATE INDEX erasure_events_waiting ON erasure_events (node, individual, event_id) WHERE confirmed_at IS NULL;
        """,
        """
        CREATE TABLE offered_pictures (
            id BLOB PRIMARY KEY NOT NULL, individual TEXT NOT NULL REFERENCES individuals (id) ON DELETE CASCADE, kind TEXT NOT NULL,
            state TEXT NOT NULL, found TEXT NOT NULL, chosen TEXT, trouble TEXT, added_at INTEGER NOT NULL, added_by TEXT NOT NULL,
            noted_at INTEGER, origin TEXT, box BLOB NOT NULL
        ) STRICT;
        CREATE INDEX offered_pictures_by_individual ON offered_pictures (individual);
        ALTER TABLE gallery ADD COLUMN given_up TEXT;
        ALTER TABLE portraits ADD COLUMN given_up TEXT;
        CREATE INDEX portraits_by_model ON portraits (kind, model);
        """,
        """
        ALTER TABLE gallery ADD COLUMN origin TEXT;
        ALTER TABLE pet_rules ADD COLUMN origin TEXT;
        ALTER TABLE event_subjects ADD COLUMN origin TEXT;
        CREATE INDEX gallery_by_origin ON gallery (origin) WHERE origin IS NOT NULL;
        CREATE TABLE merges (
            id TEXT PRIMARY KEY NOT NULL, individual TEXT NOT NULL, merged_at INTEGER NOT NULL, merged_by TEXT NOT NULL, kind TEXT,
            name TEXT, profile TEXT, created_at INTEGER, created_by TEXT, consent TEXT, keep_until INTEGER
        ) STRICT;
        CREATE INDEX merges_by_individual ON merges (individual);
        """,
        """
        ALTER TABLE erasures ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
        """,
        // Until then all accounts were administrators.
        """
        ALTER TABLE accounts ADD COLUMN grants TEXT NOT NULL DEFAULT
            '{"grants":[{"role":"administrator","video":true,"faces":true}]}';
        ALTER TABLE accounts DROP COLUMN role;
        ALTER TABLE sessions DROP COLUMN role;
        CREATE TABLE account_links (
            hash BLOB PRIMARY KEY NOT NULL, grants TEXT NOT NULL, created_by TEXT, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE accounts ADD COLUMN second_factor BLOB;
        ALTER TABLE accounts ADD COLUMN used_step INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE accounts ADD COLUMN recovery TEXT NOT NULL DEFAULT '';
        ALTER TABLE account_links ADD COLUMN account TEXT;
        ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'browser';
        ALTER TABLE sessions ADD COLUMN limits TEXT;
        ALTER TABLE sessions ADD COLUMN label TEXT NOT NULL DEFAULT '';
        ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
        ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
        UPDATE sessions SET used_at = created_at;
        CREATE INDEX sessions_by_account ON sessions (account);
        CREATE TABLE sign_in_failures (
            key BLOB PRIMARY KEY NOT NULL, failures INTEGER NOT NULL, last INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,
            object TEXT NOT NULL, detail TEXT NOT NULL, is_refused INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_account ON audit (account, id);
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN old.at > unixepoch() * 1000000 - 31536000000000
            BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
        """,
        """
        CREATE TABLE event_notes (
            id BLOB PRIMARY KEY NOT NULL, event_id BLOB NOT NULL REFERENCES events (id) ON DELETE CASCADE, text TEXT NOT NULL,
            created_at INTEGER NOT NULL, created_by TEXT NOT NULL
        ) STRICT;
        CREATE INDEX event_notes_by_event ON event_notes (event_id);
        CREATE TABLE verdicts (
            event_id BLOB PRIMARY KEY NOT NULL REFERENCES events (id) ON DELETE CASCADE, kind TEXT NOT NULL, account TEXT NOT NULL,
            said_at INTEGER NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE incidents (
            id BLOB PRIMARY KEY NOT NULL, site TEXT NOT NULL, from_ts INTEGER NOT NULL, until_ts INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX incidents_by_start ON incidents (site, from_ts);
        CREATE TABLE incident_events (
            event_id BLOB PRIMARY KEY NOT NULL, incident BLOB NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX incident_events_by_incident ON incident_events (incident);
        """,
        """
        CREATE TABLE kiosk_pairings (
            secret_hash BLOB PRIMARY KEY NOT NULL, code_hash BLOB NOT NULL UNIQUE, expires_at INTEGER NOT NULL,
            network_hash BLOB NOT NULL, name TEXT, cameras TEXT, side INTEGER, approved_by TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE kiosks (
            token_hash BLOB PRIMARY KEY NOT NULL, name TEXT NOT NULL, cameras TEXT NOT NULL, side INTEGER NOT NULL,
            approved_by TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, is_secure INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE deletions (
            id BLOB PRIMARY KEY NOT NULL, node TEXT NOT NULL, site TEXT NOT NULL,
            camera TEXT NOT NULL, track TEXT NOT NULL, started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL, file_length INTEGER NOT NULL, state INTEGER NOT NULL, class TEXT, body BLOB,
            number INTEGER NOT NULL, asked_at INTEGER NOT NULL, asked_by TEXT NOT NULL, settled INTEGER NOT NULL, why TEXT
        ) STRICT;
        CREATE INDEX deletions_by_camera ON deletions (camera, started_at, id);
        CREATE INDEX deletions_waiting ON deletions (asked_at, id) WHERE settled = 0;
        """,
        """
        CREATE TABLE push_key (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
        CREATE TABLE push_subscriptions (
            id BLOB PRIMARY KEY NOT NULL, session BLOB NOT NULL UNIQUE REFERENCES sessions (token_hash) ON DELETE CASCADE,
            endpoint TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL, secret BLOB NOT NULL, created_at INTEGER NOT NULL, sent_at INTEGER,
            failures INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        """,
    ]

    /// Brings a database up to `target`, each step in a transaction of its own.
    ///
    /// - Throws: `StoreError.schema` for a database of a newer program.
    static func run(_ db: Database, to target: Int = latest) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= latest else {
            throw StoreError(.schema, "the database has schema \(version), this program knows \(latest): upgrade vigilar-hub")
        }
        guard version < target else { return }
        for step in version..<target {
            try db.inTransaction(.immediate) {
                try db.execute(sql: steps[step])
                try db.execute(sql: "PRAGMA user_version = \(step + 1)")
                return .commit
            }
        }
    }
}
