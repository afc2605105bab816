import Base
import Protocol
import Testing

@testable import Hub

@Suite struct CameraSettingsRecordTests {
    typealias State = CameraSettingsRecord.State

    private static func record(wanted: Int64?, report: Int64?, _ state: CameraConfigReport.State = .applied) -> CameraSettingsRecord {
        CameraSettingsRecord(
            camera: "a", node: "porch",
            wanted: wanted.map {
                WantedCameraSettings(
                    revision: $0, settings: Array("{}".utf8), base: nil, changedAt: EventMaker.noon, changedBy: "admin")
            }, report: report.map { CameraConfigReport(revision: $0, state: state, settings: Array("{}".utf8), digest: "d") })
    }

    @Test(
        "The state follows from both revisions and the node's word",
        arguments: [
            (record(wanted: nil, report: nil), State.unknown), (record(wanted: nil, report: 0, .own), .own),
            (record(wanted: nil, report: 7), .own), (record(wanted: 2, report: nil), .waiting),
            (record(wanted: 2, report: 1), .waiting), (record(wanted: 2, report: 0, .own), .waiting),
            (record(wanted: 2, report: 1, .conflict), .waiting), (record(wanted: 2, report: 2), .applied),
            (record(wanted: 2, report: 2, .refused), .refused), (record(wanted: 2, report: 2, .conflict), .conflict),
            (record(wanted: 2, report: 3), .conflict),
        ])
    func state(_ record: CameraSettingsRecord, _ state: State) {
        #expect(record.state == state)
    }

    @Test("A replica publishes what the broker does not have, and takes back what is gone")
    func published() {
        var published = PublishedCameraSettings()
        let (first, second) = (Self.record(wanted: 1, report: nil), Self.record(wanted: 2, report: nil))
        #expect(published.difference(to: []) == [])
        let changes = published.difference(to: [first])
        #expect(changes.map(\.camera) == ["a"])
        // Until the broker has it, it is still to be published.
        #expect(published.difference(to: [first]) == changes)
        for change in changes { published.note(change) }
        #expect(published.difference(to: [first]) == [])
        #expect(published.difference(to: [second]).count == 1)
        published.forgetConnection()
        #expect(published.difference(to: [first]) == changes)
        // Also what an earlier connection published is taken back.
        let gone = published.difference(to: [])
        #expect(gone == [.init(camera: "a", text: nil)])
        for change in gone { published.note(change) }
        #expect(published.difference(to: []) == [])
    }
}
