package import Base
package import Protocol

/// One node's batch on its way into the store.
package struct IngestBatch: Sendable {
    package var node: String
    package var epoch: String
    package var events: [Event]
    /// Elements that can never be stored.
    package var refused: [QuarantinedElement]
    package var receivedAt: Timestamp

    package init(node: String, epoch: String, events: [Event], refused: [QuarantinedElement], receivedAt: Timestamp) {
        self.node = node
        self.epoch = epoch
        self.events = events
        self.refused = refused
        self.receivedAt = receivedAt
    }
}

/// What became of one `IngestBatch`.
package struct IngestOutcome: Sendable {
    /// `seq`s of this batch that are committed now, whether by this call or by an earlier one.
    package var committed = SequenceRanges()
    /// `seq`s that the store itself refused (an id with another `ts`, for instance), beside the batch's own `refused`.
    package var rejected: [Acknowledgement.Rejection] = []
    /// A `seq` is already committed under another id or rev: nothing of this batch was stored.
    package var staleEpoch = false
    /// Feed rows written: the sequencer has work.
    package var feedRows = 0

    package init() {}
}

/// An element that could not be stored, and why.
package struct QuarantinedElement: Sendable {
    package var node: String
    package var epoch: String?
    package var seq: Int64?
    package var why: String
    /// The bytes as they came, at most `Limits.payload`.
    package var body: [UInt8]
    package var receivedAt: Timestamp

    package init(node: String, epoch: String?, seq: Int64?, why: String, body: [UInt8], receivedAt: Timestamp) {
        self.node = node
        self.epoch = epoch
        self.seq = seq
        self.why = why
        self.body = body
        self.receivedAt = receivedAt
    }
}

/// A row that says who may do something now. The generation fences: work stamped under an old one is refused.
package struct Lease: Sendable, Hashable {
    package var name: String
    package var holder: String
    package var generation: Int64

    package init(name: String, holder: String, generation: Int64) {
        self.name = name
        self.holder = holder
        self.generation = generation
    }
}

/// What of the feed can be replayed.
package struct FeedBounds: Sendable, Hashable {
    package var lowest: Int64
    package var highest: Int64

    package init(lowest: Int64, highest: Int64) {
        self.lowest = lowest
        self.highest = highest
    }
}

/// A stretch of the feed.
package struct FeedPage: Sendable {
    package var events: [PublishedEvent]
    /// Every row up to this cursor has been looked at: go on after it.
    package var through: Int64

    package init(events: [PublishedEvent], through: Int64) {
        self.events = events
        self.through = through
    }
}

/// An event as the hub keeps it.
package struct StoredEvent: Sendable {
    package var event: Event
    package var receivedAt: Timestamp
    package var acknowledgedAt: Timestamp?
    package var acknowledgedBy: String?
    /// Facts that the hub noted on taking it in: `newer_version`, `unusual_time`.
    package var flags: [String]

    package init(event: Event, receivedAt: Timestamp, acknowledgedAt: Timestamp?, acknowledgedBy: String?, flags: [String]) {
        self.event = event
        self.receivedAt = receivedAt
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedBy = acknowledgedBy
        self.flags = flags
    }
}

/// Filters of the timeline. Empty lists do not filter.
package struct EventQuery: Sendable {
    package var sites: [String] = []
    package var cameras: [String] = []
    package var nodes: [String] = []
    package var types: [String] = []
    package var minimumSeverity: Severity?
    package var acknowledged: Bool?
    /// `from` included, `to` not.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Case-insensitive text searched in the event's JSON.
    package var text: String?
    /// Only what stands before this position of the newest-first order.
    package var before: (ts: Timestamp, id: EventID)?
    package var limit = 50

    package init() {}
}

package enum CountBucket: String, Sendable { case hour, day }

package struct EventCount: Sendable, Hashable {
    /// Start of the hour or day, UTC.
    package var start: Timestamp
    package var camera: String
    package var type: String
    package var count: Int64

    package init(start: Timestamp, camera: String, type: String, count: Int64) {
        self.start = start
        self.camera = camera
        self.type = type
        self.count = count
    }
}

package struct EventFacets: Sendable, Hashable {
    package var sites: [String]
    package var cameras: [String]
    package var types: [String]

    package init(sites: [String], cameras: [String], types: [String]) {
        self.sites = sites
        self.cameras = cameras
        self.types = types
    }
}

package struct NodeRecord: Sendable, Hashable {
    package var name: String
    package var site: String
    package var addedAt: Timestamp

    package init(name: String, site: String, addedAt: Timestamp) {
        self.name = name
        self.site = site
        self.addedAt = addedAt
    }
}

package struct AccountRecord: Sendable, Hashable {
    package var name: String
    /// `administrator`; further roles come with the accounts page.
    package var role: String
    /// A self-describing scrypt hash.
    package var passwordHash: String

    package init(name: String, role: String, passwordHash: String) {
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
    }
}

package struct SessionRecord: Sendable, Hashable {
    package var tokenHash: [UInt8]
    package var account: String
    package var role: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(tokenHash: [UInt8], account: String, role: String, createdAt: Timestamp, expiresAt: Timestamp) {
        self.tokenHash = tokenHash
        self.account = account
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

package struct MaintenanceReport: Sendable, Hashable {
    package var deletedEvents: Int64 = 0
    package var deletedFeedRows: Int64 = 0
    package var droppedPartitions: [String] = []
    package var madePartitions: [String] = []

    package init() {}
}
