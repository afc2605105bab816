import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// Cameras that break off and send what no camera should, beside one that is sound, on one node.
@Suite("Hostile cameras", .serialized, .pairs)
struct HostileCameraTests {
    @Test("whatever a camera sends, another one is recorded without a hole, and the hub is told what is wrong", .timeLimit(.minutes(12)))
    func hostile() async throws {
        var recipe = TestClips.Recipe()
        (recipe.container, recipe.seconds) = ("h264", 8)
        let hostile = try await HostileRTSPServer(TestClips.shared.clip(recipe))
        let sound = try await WalkedYard.server()
        let tricks = HostileRTSPServer.Trick.allCases
        let installation = try await Installation(
            cameras: [("sound-cam", sound.url("yard"))] + tricks.map { ("\($0.rawValue)-cam", hostile.url($0)) })
        let store = installation.hub.store
        func recorded() async throws -> [SegmentSummary] {
            try await store.segmentSummaries(SegmentQuery(.everything, camera: "sound-cam", limit: 500))
        }

        try await eventually("the first recording of the sound camera", timeout: .seconds(240)) { try await !recorded().isEmpty }
        for trick in tricks {
            try await eventually("\(trick) to be played", timeout: .seconds(240)) { hostile.played(trick) > 0 }
        }
        // What breaks off is begun anew.
        for trick in [HostileRTSPServer.Trick.cut, .garbage, .lying] {
            try await eventually("\(trick) to be tried again", timeout: .seconds(240)) { hostile.played(trick) > 1 }
        }
        // That of which nothing can be shown is said to be off, and why.
        for camera in ["description-cam", "large-cam"] {
            try await eventually("\(camera) to be told of", timeout: .seconds(240)) {
                try await store.events(EventQuery(.everything)).contains {
                    $0.event.sourceID == camera && $0.event.type == "camera_offline"
                }
            }
        }
        try await eventually("another recording of the sound camera", timeout: .seconds(240)) { try await recorded().count > 1 }

        let segments = try await recorded().sorted { $0.start < $1.start }
        for (one, next) in zip(segments, segments.dropFirst()) { #expect(next.start.seconds(since: one.end) < 0.2) }
        #expect(
            try await !store.events(EventQuery(.everything)).contains {
                $0.event.sourceID == "sound-cam" && ["camera_offline", "recording_gap"].contains($0.event.type)
            })
        #expect(try await store.check() == [])
        try await installation.stop()
        await hostile.stop()
        await sound.stop()
    }
}
