import Base
import Hub
import Protocol
import Recording
import TestSupport
import Testing

@testable import EdgeNode

/// What becomes of a recording when the clock is set.
@Suite struct RecordingClockTests {
    /// Pictures of some segments, as their sidecars have them.
    private func pictures(_ rows: [SegmentRow], _ fixture: RecordingFixture) throws -> [MediaSample] {
        try rows.flatMap { row in try fixture.sidecar(row).entries.flatMap { $0.fragment.runs.flatMap(\.samples) } }
    }

    /// Seconds by which the clock is set: an hour, the least that `CaptureClock` tells, and decades.
    @Test("A clock that is set begins a segment, nothing is lost, and the hub takes each", arguments: [-3600.0, -1.2, 1.2, 3600, 1e9])
    func step(_ seconds: Double) async throws {
        let plain = try RecordingFixture()
        plain.start(.continuous)
        plain.play(0..<20)
        plain.end()
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10.4)
        fixture.setClock(by: seconds)
        fixture.play(10.4..<20)
        fixture.end()

        let rows = try fixture.inOrderOfWriting
        #expect(rows.map(\.state) == [.closed, .closed])
        // Up to the next keyframe pictures need those before them.
        #expect(rows.map { fixture.seconds($0.start) } == [0, 11 + seconds])
        #expect(rows.map { fixture.seconds($0.end) } == [11, 20 + seconds])
        #expect(try pictures(rows, fixture) == pictures(plain.segments, plain))
        for row in rows {
            let index = try SegmentIndex(of: row, in: fixture.recordings)
            #expect(index.fault(now: fixture.clock.now) == nil)
            let starts = index.fragments.map(\.start)
            #expect(starts == starts.sorted())
        }
        let told = seconds > GapLedger.tolerance ? ["11.0-\(11 + seconds) clock"] : []
        #expect(try fixture.gaps == told + ["\(20 + seconds)- node_down"])
        #expect(await fixture.toldEvents().isEmpty)
        #expect(fixture.metrics.value("vigilar_recording_clock_steps_total") == 1)
        let findings = try RecordingCheck.run(
            folder: fixture.recordings, continuous: [RecordingFixture.camera], repair: false, logger: fixture.logger)
        #expect(findings.filter { $0.state != .harmless } == [])
    }

    @Test("A clock that is set back within seconds of being set ahead needs no other segment")
    func thereAndBack() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10.2)
        fixture.setClock(by: 600)
        fixture.play(10.2..<10.6)
        fixture.setClock(by: -600)
        fixture.play(10.6..<20)
        fixture.end()
        #expect(try fixture.segments.map { fixture.seconds($0.end) } == [20])
        #expect(try fixture.gaps == ["20.0- node_down"])
    }

    @Test("A camera that skips seconds makes a segment too, and a hole, as no clock was set")
    func skip() async throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.skip(20)
        fixture.play(10..<15)
        fixture.end()
        #expect(try fixture.segments.map { fixture.seconds($0.start) } == [0, 30])
        #expect(try fixture.gaps == ["10.0-30.0 camera", "35.0- node_down"])
        #expect(await fixture.toldEvents().count == 1)
        #expect(fixture.metrics.value("vigilar_recording_clock_steps_total") == 0)
    }

    @Test("A machine that starts decades back and learns the time later has its holes, and no segment that the hub refuses")
    func boot() async throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.end()
        try fixture.kill()
        fixture.setClock(by: -1e9)
        fixture.start(.continuous)
        fixture.play(100..<105)
        fixture.setClock(by: 1e9)
        fixture.play(105..<110)
        fixture.end()
        let rows = try fixture.segments.sorted { $0.start < $1.start }
        #expect(rows.map { fixture.seconds($0.start) } == [100 - 1e9, 0, 105])
        for row in rows {
            #expect(try SegmentIndex(of: row, in: fixture.recordings).fault(now: fixture.clock.now) == nil)
        }
        #expect(try fixture.gaps == ["10.0-10.0 node_down", "10.0-105.0 clock", "110.0- node_down"])
        #expect(await fixture.toldEvents().map { $0.endTS == $0.ts } == [true])
    }

    /// Where the clock is set: in what is kept in memory, in the motion, and in what is kept after it.
    @Test("On event as much is kept as without a step", arguments: [15.3, 21.3, 23.3], [-3600.0, 3600, -1e9])
    func onEvent(_ place: Double, _ seconds: Double) throws {
        func recorded(_ seconds: Double) throws -> [MediaSample] {
            let fixture = try RecordingFixture()
            fixture.start(.event, preroll: 10, postroll: 5)
            var clock = 0.0
            var now = 0.0
            func play(until end: Double) {
                if now < place, place <= end {
                    fixture.play(now..<place)
                    fixture.setClock(by: seconds)
                    clock = seconds
                    now = place
                }
                fixture.play(now..<end)
                now = end
            }
            play(until: 20)
            // Ends that lie on no picture, as no step is exact to the microsecond.
            fixture.moves(19 + clock..<20.02 + clock, isOver: false)
            play(until: 22)
            // It began by the clock as it was then.
            fixture.session?.take(
                .motion(from: fixture.time(place < 19 ? 19 + clock : 19), to: fixture.time(22.02 + clock), isOver: true))
            play(until: 60)
            fixture.end()
            return try pictures(fixture.segments, fixture)
        }
        #expect(try recorded(seconds).count == recorded(0).count)
    }
}
