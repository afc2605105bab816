import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import Recording
import Testing

@testable import Hub

/// What the timeline of a camera's page is drawn from.
@Suite struct CameraTimelineTests {
    private let noon = EventMaker.noon

    private func time(_ minutes: Double) -> String { noon.advanced(bySeconds: minutes * 60).rfc3339 }

    @Test("Segments that follow each other are one span, a hole parts them, and other cameras and tracks are not in it")
    func recorded() async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door", "gate"], at: SystemClock().now)
        let records = try [0.0, 1, 2, 5, 6].map { try SegmentMaker(start: noon.advanced(bySeconds: $0 * 60)).record(120) }
        for record in records { _ = try await fixture.store.putSegment(record, at: noon) }
        let others = [
            SegmentMaker(camera: "gate", start: noon.advanced(bySeconds: 180)),
            SegmentMaker(track: .sub, start: noon.advanced(bySeconds: 180)),
        ]
        for other in others { _ = try await fixture.store.putSegment(try other.record(120), at: noon) }
        // Of the camera's small stream, too.
        let bytes = try records.reduce(others[1].record(120).fileLength) { $0 + $1.fileLength }
        let session = try await fixture.cookie()
        try await fixture.app.test(.router) { client in
            func get(_ query: String, of camera: String = "door") async throws -> (HTTPResponse.Status, [String: Any]?) {
                let answer = try await client.execute(uri: "/api/v1/cameras/\(camera)/timeline?\(query)", method: .get, headers: session)
                return (answer.status, try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [String: Any])
            }
            let (status, answer) = try await get("from=\(time(-10))&to=\(time(60))")
            #expect(status == .ok)
            #expect(answer?["recorded"] as? [[String]] == [[time(0), time(3)], [time(5), time(7)]])
            #expect((answer?["events"] as? [Any])?.isEmpty == true)
            #expect((answer?["bytes"] as? NSNumber)?.int64Value == bytes)
            #expect(try await get("from=\(time(4.5))&to=\(time(5.5))").1?["recorded"] as? [[String]] == [[time(5), time(6)]])
            for query in [
                "", "from=\(time(1))", "from=\(time(2))&to=\(time(1))", "from=noon&to=\(time(1))", "from=\(time(0))&to=\(time(1600))",
            ] {
                #expect(try await get(query).0 == .badRequest, "\(query)")
            }
            #expect(try await get("from=\(time(0))&to=\(time(1))", of: "No Camera").0 != .ok)
        }
    }
}
