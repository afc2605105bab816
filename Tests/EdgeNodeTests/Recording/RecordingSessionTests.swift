import Base
import MediaTypes
import Protocol
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct RecordingSessionTests {
    @Test("Segments of about a minute follow one another without a hole, each naming the one before")
    func continuous() async throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<200)
        fixture.end()
        let rows = try fixture.segments
        #expect(rows.map { fixture.seconds($0.start) } == [0, 59, 118, 177])
        #expect(rows.map { fixture.seconds($0.end) } == [59, 118, 177, 200])
        #expect(rows.allSatisfy { $0.state == .closed && $0.keep == .continuous && $0.bytes > 0 })
        for (row, before) in zip(rows.dropFirst(), rows) {
            let bytes = try fixture.bytes(row)
            #expect(try fixture.opener(row, bytes).header.previous == before.commitment)
        }
        #expect(try fixture.gaps == ["200.0- node_down"])
        #expect(await fixture.toldEvents().isEmpty)
    }

    @Test("A cut is a hole with its cause, told of once it is over")
    func cut() async throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.interrupt(.network)
        fixture.play(14..<20)
        #expect(try fixture.gaps == ["10.0-14.0 network"])
        let told = await fixture.toldEvents()
        #expect(told.map(\.type) == ["recording_gap"])
        #expect(told.first.map { String(decoding: $0.payload, as: UTF8.self) } == #"{"cause":"network","track":"main"}"#)
        #expect(try fixture.segments.map { fixture.seconds($0.end) } == [10, 14])
        fixture.end()
    }

    @Test("A short cut is no hole")
    func shortCut() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.interrupt(.camera)
        fixture.play(11..<13)
        #expect(try fixture.gaps.isEmpty)
        fixture.end()
    }

    @Test("After a kill the hole begins where what counts ends, and what was cut off is marked")
    func killed() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<30.3)
        let open = try #require(try fixture.segments.first)
        let durable = try #require(try fixture.sidecar(open).entries.last?.fragment.wallEnd)
        #expect(durable.seconds(since: fixture.time(29.3)) > 0)
        try fixture.kill()
        fixture.go(to: fixture.time(100))
        fixture.start(.continuous)
        fixture.play(100..<103)
        let rows = try fixture.segments
        #expect(rows.map(\.state) == [.unterminated, .open])
        #expect(rows[0].end == durable)
        #expect(try fixture.gaps == ["\(fixture.seconds(durable))-100.0 node_down"])
        #expect(try fixture.sidecar(rows[0]).state == .unterminated(fragments: fixture.sidecar(rows[0]).entries.count))
        fixture.end()
    }

    @Test("On event, what was before it and after it is kept, and nothing else")
    func onEvent() throws {
        let fixture = try RecordingFixture()
        fixture.start(.event, preroll: 10, postroll: 5)
        fixture.play(0..<40)
        #expect(try fixture.segments.isEmpty)
        fixture.moves(39..<40, isOver: false)
        fixture.play(40..<42)
        fixture.moves(39..<42, isOver: true)
        fixture.play(42..<80)
        let rows = try fixture.segments
        #expect(rows.map { fixture.seconds($0.start) } == [29])
        // Until it is heard of again, seconds that come after its last word are kept.
        #expect(rows.map { fixture.seconds($0.end) }.allSatisfy { $0 >= 47 && $0 <= 60 })
        #expect(rows.map(\.keep) == [.event])
        #expect(try fixture.gaps.isEmpty)
        fixture.end()
    }

    @Test("Motion soon after motion has no hole before it, at any place between keyframes")
    func again() throws {
        let fixture = try RecordingFixture()
        fixture.start(.event, preroll: 10, postroll: 2)
        fixture.play(0..<20)
        fixture.moves(19..<20, isOver: true)
        fixture.play(20..<22.6)
        fixture.moves(22.2..<22.6, isOver: true)
        fixture.play(22.6..<30)
        fixture.end()
        let rows = try fixture.segments
        for (row, before) in zip(rows.dropFirst(), rows) { #expect(row.start <= before.end) }
        #expect(rows.last.map { fixture.seconds($0.end) >= 24.6 } == true)
    }

    @Test("What moves in a continuous recording is kept as long as events are")
    func classes() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<130)
        fixture.moves(126..<130, isOver: false)
        fixture.play(130..<133)
        fixture.moves(126..<133, isOver: true)
        fixture.play(133..<240)
        fixture.end()
        #expect(try fixture.segments.map(\.keep) == [.continuous, .event, .event, .continuous, .continuous])
    }

    @Test("The mode changes while it runs, and what is not wanted is no hole")
    func change() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.session?.take(.change(RecordingPlan(mode: .off)))
        fixture.play(10..<20)
        #expect(try fixture.segments.map(\.state) == [.closed])
        fixture.session?.take(.change(RecordingPlan(mode: .event, preroll: 5)))
        fixture.play(20..<30)
        #expect(try fixture.segments.count == 1)
        fixture.session?.take(.change(RecordingPlan(mode: .continuous)))
        fixture.play(30..<40)
        fixture.end()
        #expect(try fixture.segments.map { fixture.seconds($0.start) } == [0, 30])
        #expect(try fixture.gaps == ["40.0- node_down"])
    }

    @Test("A camera that was to be recorded and is not any more after a restart has its hole ended")
    func changedWhileDown() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        try fixture.kill()
        fixture.go(to: fixture.time(60))
        fixture.start(.off)
        #expect(try fixture.gaps.count == 1)
        #expect(try fixture.gaps.first?.hasSuffix("-60.0 node_down") == true)
        try fixture.kill()
        fixture.go(to: fixture.time(90))
        fixture.start(.continuous)
        #expect(try fixture.gaps.count == 1)
        #expect(try fixture.library.wantedSince(camera: RecordingFixture.camera, track: .main) == fixture.time(90))
    }

    @Test("A camera that is gone from the settings has no hole that goes on")
    func retired() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        fixture.end()
        try fixture.library.retire(allBut: [RecordingFixture.camera], at: fixture.time(15))
        #expect(try fixture.gaps == ["10.0- node_down"])
        try fixture.library.retire(allBut: ["other"], at: fixture.time(20))
        #expect(try fixture.gaps == ["10.0-20.0 node_down"])
        #expect(try fixture.library.allWanted().isEmpty)
    }

    @Test("Without a key nothing is written, which is a hole; with one it goes on")
    func noKey() throws {
        let fixture = try RecordingFixture()
        fixture.hasKey.value = false
        fixture.start(.continuous)
        fixture.play(0..<20)
        #expect(try fixture.segments.isEmpty)
        fixture.hasKey.value = true
        fixture.play(20..<40)
        fixture.end()
        let gap = try #require(try fixture.allGaps.first)
        #expect(fixture.seconds(gap.start) == 0 && gap.cause == .noKey)
        let end = fixture.seconds(try #require(gap.end))
        #expect((20...25).contains(end), "it is tried every five seconds")
        #expect(fixture.metrics.value("vigilar_recording_failures_total") == 4, "one try in five seconds")
    }

    @Test("On a full disk a new segment is not begun, and the hole says so")
    func full() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<30)
        fixture.free.value = 1000
        fixture.play(30..<90)
        fixture.free.value = 1 << 40
        fixture.play(90..<100)
        fixture.end()
        let gap = try #require(try fixture.allGaps.first)
        #expect(fixture.seconds(gap.start) == 59 && gap.cause == .diskFull)
        let end = fixture.seconds(try #require(gap.end))
        #expect((90...95).contains(end))
        #expect(try fixture.segments.count == 2)
    }

    @Test("A folder that cannot be written is a hole, and recording goes on when it can be again")
    func broken() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<10)
        // Nothing can be made where a file stands in the place of the day's folder.
        let day = "\(fixture.recordings)/\(try #require(try fixture.segments.first).folders.joined(separator: "/"))"
        try Files.swap(day, for: "\(day).away")
        fixture.interrupt(.camera)
        fixture.play(10..<30)
        #expect(try fixture.segments.count == 1, "a segment that could not be begun leaves no row")
        try Files.swapBack(day, "\(day).away")
        fixture.play(30..<40)
        fixture.end()
        let gap = try #require(try fixture.allGaps.first)
        let end = fixture.seconds(try #require(gap.end))
        #expect(fixture.seconds(gap.start) == 10 && (30...35).contains(end))
    }

    @Test("A stream that cannot be recorded is told once, and costs nothing else")
    func unfit() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        var stream = fixture.clip.stream
        stream.codec = .mjpeg
        for packet in fixture.clip.packets(0..<3, zero: fixture.zero) { fixture.session?.take(.packet(packet, stream)) }
        #expect(try fixture.segments.isEmpty)
        #expect(try fixture.gaps == ["0.0- camera"])
    }
}
