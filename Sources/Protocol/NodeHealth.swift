package import Base

/// The payload of `vigilar/node/{node}/health`: what the node measures about itself, every 15 s. What it cannot measure is absent.
package struct NodeHealth: Sendable, Hashable, Codable {
    package struct Outbox: Sendable, Hashable, Codable {
        /// Rows that wait for the hub, that are kept after it, and that it can never store.
        package var waiting: Int
        package var kept: Int
        package var deadLetters: Int

        package init(waiting: Int, kept: Int, deadLetters: Int) {
            self.waiting = waiting
            self.kept = kept
            self.deadLetters = deadLetters
        }

        package enum CodingKeys: String, CodingKey {
            case waiting, kept
            case deadLetters = "dead_letters"
        }
    }

    package struct Recording: Sendable, Hashable, Codable {
        /// Bytes of all recordings that have ended.
        package var bytes: Int64
        /// Days that footage is kept in which nothing was noticed, and that of events.
        package var continuousDays: Double
        package var eventDays: Double
        /// Bytes that all recordings may take; nil for no limit but the disk.
        package var maximumBytes: Int64?

        package init(bytes: Int64, continuousDays: Double, eventDays: Double, maximumBytes: Int64? = nil) {
            self.bytes = bytes
            self.continuousDays = continuousDays
            self.eventDays = eventDays
            self.maximumBytes = maximumBytes
        }

        package enum CodingKeys: String, CodingKey {
            case bytes
            case continuousDays = "continuous_days"
            case eventDays = "event_days"
            case maximumBytes = "maximum_bytes"
        }
    }

    package struct Camera: Sendable, Hashable, Codable {
        package var id: String
        package var online: Bool
        /// Pictures per second received, and bits per second.
        package var fps: Double
        package var bitrate: Double
        /// Decoded pictures as a fraction of those received.
        package var decodeShare: Double
        /// Times that a running stream stopped since the node's start.
        package var gaps: Int
        /// Seconds from a picture to what was found in it, the latest; nil where nothing looks for more than motion.
        package var detectorLatency: Double?
        /// Bytes of its recordings that have ended; nil where nothing is recorded.
        package var recorded: Int64?

        package init(
            id: String, online: Bool, fps: Double, bitrate: Double, decodeShare: Double, gaps: Int, detectorLatency: Double? = nil,
            recorded: Int64? = nil
        ) {
            self.id = id
            self.online = online
            self.fps = fps
            self.bitrate = bitrate
            self.decodeShare = decodeShare
            self.gaps = gaps
            self.detectorLatency = detectorLatency
            self.recorded = recorded
        }

        package enum CodingKeys: String, CodingKey {
            case id, online, fps, bitrate, gaps, recorded
            case decodeShare = "decode_share"
            case detectorLatency = "detector_latency"
        }
    }

    package var ts: Timestamp
    package var epoch: String?
    /// Highest `seq` of the epoch: the hub sees by itself what it has not received.
    package var lastSeq: Int64?
    package var outbox: Outbox?
    /// CPU time that the process used since the last report, in cores.
    package var cpu: Double?
    /// Bytes of memory that the process holds.
    package var memory: Int64?
    /// Bytes free on the disk of the data folder, and its size.
    package var diskFree: Int64?
    package var diskTotal: Int64?
    /// Degrees Celsius of the warmest sensor.
    package var temperature: Double?
    /// How much is recorded, and how long it stays; nil where nothing is.
    package var recording: Recording?
    package var cameras: [Camera]

    package init(ts: Timestamp, cameras: [Camera] = []) {
        self.ts = ts
        self.cameras = cameras
    }

    package enum CodingKeys: String, CodingKey {
        case ts, epoch, outbox, cpu, memory, temperature, recording, cameras
        case lastSeq = "last_seq"
        case diskFree = "disk_free"
        case diskTotal = "disk_total"
    }
}
