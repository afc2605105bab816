import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// From a camera to the disk of its node, sealed, and from there to whoever watches.
@Suite("Recordings", .serialized, .pairs)
struct RecordingTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var width: Int
        var duration: Double
        var miss: Double
        /// Answers that there is no such recording yet, before it played.
        var refused: Int
    }

    @Test("an event's recording plays and is sought in, in a real browser", .timeLimit(.minutes(10)))
    func browser() async throws {
        let server = try await WalkedYard.server()
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")
        let seen = try await BrowserScript("recordings.py", address: address, screenshots: shots.path).seen(Seen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.width == 640)
        #expect(seen.duration > 2)
        #expect(seen.miss <= 1.0 / 15)
        #expect(seen.refused == 3)
        try await installation.stop()
        await server.stop()
    }

    private struct Framed: Decodable {
        /// How much of what walks lies within a box, and how much of the picture the boxes cover.
        var share: Double
        var area: Double
        /// Whether all boxes lie within the picture.
        var isInside: Bool
    }

    private struct EventSeen: Decodable {
        var console: [String]
        var foreign: [String]
        var event: String
        /// What is framed in the picture, on a desk and on a phone.
        var framed: Framed
        var framedOnPhone: Framed
        /// The same for who does not see it.
        var sentence: String
        /// Whether boxes that were turned off stay so when the page is loaded again.
        var staysOff: Bool
        var facts: [String]
        var note: String
        var duration: Double
        var phoneWidth: Int
        /// Whether the camera's page says that something is filled in, and what is left in its address.
        var suggested: Bool
        var address: String
    }

    @Test(
        "an event's page frames what moves, shows reasons and recording, keeps notes, and leads to what would have prevented it",
        .timeLimit(.minutes(10)))
    func eventPage() async throws {
        let server = try await WalkedYard.server()
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")
        let seen = try await BrowserScript("event.py", address: address, screenshots: shots.path).seen(EventSeen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        for framed in [seen.framed, seen.framedOnPhone] {
            #expect(framed.share > 0.5 && framed.area < 0.5 && framed.isInside, "\(framed)")
        }
        #expect(seen.sentence.hasPrefix("Framed in the picture: Motion"), "\(seen.sentence)")
        #expect(seen.staysOff)
        #expect(seen.facts.contains("Looked at because of"))
        #expect(seen.note == "The neighbour's <b>cat</b>\nagain")
        #expect(seen.duration > 5)
        #expect(seen.phoneWidth <= 360)
        #expect(seen.suggested)
        #expect(seen.address == "")
        let id = try #require(EventID(seen.event))
        #expect(try await installation.hub.store.event(id)?.acknowledgedBy == "admin")
        #expect(try await installation.hub.store.notes(of: id) == [])
        try await installation.stop()
        await server.stop()
    }

    private struct Browsed: Decodable {
        var console: [String]
        var foreign: [String]
        /// What axe complains of, with the list open.
        var violations: [String]
        /// What was recorded on the day, and since when there are recordings, in words.
        var sum: String
        var oldest: String
        /// What a recording says of itself once its node has confirmed that it is kept, and when it is let go again.
        var kept: String
        var released: String
        /// What the node tells of how much it records.
        var use: String
        /// What is said before a recording is deleted, whether it stays where somebody thinks better of it, and what is said of it afterwards.
        var asked: String
        var stays: Bool
        var deleted: String
        /// Of a day before the first recording.
        var emptySum: String
        var offered: Bool
        /// Which camera is chosen on the day that an empty one led to.
        var camera: String
        var phoneWidth: Int
    }

    @Test("a day's recordings are browsed, played and kept, in a real browser", .timeLimit(.minutes(10)))
    func browsing() async throws {
        let server = try await WalkedYard.server()
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")
        let seen = try await BrowserScript("recordings_page.py", address: address, screenshots: shots.path, "yard-cam").seen(Browsed.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.violations == [])
        #expect(seen.sum.contains(" recorded, "), "\(seen.sum)")
        #expect(seen.oldest.hasPrefix("Recordings since "))
        #expect(seen.kept.hasPrefix("Kept until somebody says otherwise. admin, "), "\(seen.kept)")
        #expect(seen.released.hasPrefix("Kept no longer than others"), "\(seen.released)")
        #expect(seen.use.hasPrefix("Recordings take ") && seen.use.contains("They stay for "), "\(seen.use)")
        #expect(seen.asked.contains("cannot be undone"), "\(seen.asked)")
        #expect(seen.stays)
        #expect(seen.deleted.contains("Deleted by admin, "), "\(seen.deleted)")
        #expect(seen.emptySum == "Nothing recorded")
        #expect(!seen.offered)
        #expect(seen.camera == "yard-cam")
        #expect(seen.phoneWidth == 360)
        try await installation.stop()
        await server.stop()
    }

    @Test("what is being recorded can be downloaded up to now, and is sound", .timeLimit(.minutes(10)))
    func download() async throws {
        let server = try await WalkedYard.server()
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let folder = try TemporaryDirectory("download")
        let curl = try await SignedInCurl(address, folder: folder)
        let start = SystemClock().now
        func waitForRecording(since start: Timestamp) async throws {
            let span = "from=\(start.rfc3339)&to=\(start.advanced(bySeconds: 60).rfc3339)"
            let file = folder.path("span.json")
            try await eventually("some seconds of recording", timeout: .seconds(60)) {
                let answer = try await curl("-o", file, "\(address)/api/v1/cameras/yard-cam/video.json?\(span)")
                let facts = try? JSONObject([UInt8](Data(contentsOf: URL(filePath: file))))
                return answer.status == 0 && (facts?.double("duration") ?? 0) > 4
            }
        }
        try await waitForRecording(since: start)
        let query = "from=\(start.rfc3339)&to=\(start.advanced(bySeconds: 60).rfc3339)"
        let answer = try await curl("-f", "-o", folder.path("span.mp4"), "\(address)/api/v1/cameras/yard-cam/video.mp4?\(query)")
        #expect(answer.status == 0, "\(answer.output)")
        try TestClips.run(["-xerror", "-i", folder.path("span.mp4"), "-f", "null", "-"])

        // Five who watch the same cost the node one upload, and nothing once the hub has it.
        let metrics = installation.hub.metrics
        let later = SystemClock().now
        try await waitForRecording(since: later)
        // What ends here is on the disk: of what a busy node had yet to write then, the hub would have nothing once it has gone.
        let span =
            "\(address)/api/v1/cameras/yard-cam/video.mp4?from=\(later.rfc3339)&to=\(later.advanced(bySeconds: 3).rfc3339)"
        let before = metrics.value("vigilar_playback_fetched_bytes_total")
        try await withThrowingTaskGroup(of: Int32.self) { group in
            for viewer in 0..<5 { group.addTask { try await curl("-f", "-o", folder.path("viewer\(viewer).mp4"), span).status } }
            for try await status in group { #expect(status == 0) }
        }
        let files = try (0..<5).map { try Data(contentsOf: URL(filePath: folder.path("viewer\($0).mp4"))) }
        #expect(Set(files).count == 1)
        let fetched = metrics.value("vigilar_playback_fetched_bytes_total") - before
        #expect(fetched > 0 && fetched < Double(files[0].count) * 1.5 + 100_000, "\(fetched) for \(files[0].count)")

        // What the hub has plays without the node.
        await installation.stopNode()
        #expect(try await curl("-f", "-o", folder.path("again.mp4"), span).status == 0)
        #expect(try Data(contentsOf: URL(filePath: folder.path("again.mp4"))) == files[0])
        try await installation.stop()
        await server.stop()
    }
}
