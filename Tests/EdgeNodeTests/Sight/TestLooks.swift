import Base
import Foundation
import Media
import MediaTypes
import Protocol
import TestSupport
import Testing
import Vision

@testable import EdgeNode

/// Looks with a real picture and whatever else a test wants.
struct TestLooks {
    static let start = Timestamp(microseconds: 1_795_000_000_000_000)
    static let picture = Result { try firstPicture() }

    /// A picture of many edges.
    /// - Parameter blur: In pixels; 0: sharp.
    static func picture(width: Int, blur: Int) throws -> HeldPicture {
        let folder = try TemporaryDirectory("sharpness")
        let filter = "format=yuvj420p" + (blur > 0 ? ",boxblur=\(blur)" : "")
        try TestClips.run([
            "-f", "lavfi", "-i", "testsrc=s=\(width)x240", "-vf", filter, "-frames:v", "1", "-q:v", "1", folder.path("picture.jpg"),
        ])
        return try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: folder.path("picture.jpg")))))
    }

    private static func firstPicture() throws -> HeldPicture {
        var recipe = TestClips.Recipe()
        recipe.seconds = 2
        var demuxer = try Demuxer(MediaSource(TestClips.shared.clip(recipe)), stop: StopFlag())
        var pipeline = AnalysisPipeline(demuxer.stream, settings: AnalysisSettings(gate: false), looks: true)
        while let packet = try demuxer.next() {
            for case .look(let look) in try pipeline.accept(packet) { return look.picture }
        }
        throw MediaError(.invalidData, "no picture")
    }

    /// - Parameters:
    ///   - motion: What moves; nil where nothing does.
    ///   - episode: Of the motion event that is going on.
    ///   - since: When that began.
    static func look(at seconds: Double, motion: [Box]? = nil, episode: UInt64? = nil, since: Double = 0) throws -> SceneLook {
        SceneLook(
            time: MediaTime(seconds: seconds), timestamp: start.advanced(bySeconds: seconds),
            observation: MotionObservation(motion: motion != nil, boxes: motion ?? []),
            episode: episode.map {
                .init(event: event($0), start: MediaTime(seconds: since), startTimestamp: start.advanced(bySeconds: since))
            },
            picture: try picture.get(), isDamaged: false)
    }

    static func event(_ number: UInt64) -> EventID { EventID(high: 0x0192_F6C2_0000_7000, low: number) }
}
