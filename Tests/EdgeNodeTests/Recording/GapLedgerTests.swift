import Base
import Recording
import Testing

@testable import EdgeNode

@Suite struct GapLedgerTests {
    private func at(_ seconds: Double) -> Timestamp { Timestamp(microseconds: 1_000_000_000).advanced(bySeconds: seconds) }
    private func ledger(open: RecordingGap? = nil) -> GapLedger {
        GapLedger(camera: "door", track: .main, covered: at(0), open: open)
    }

    private func text(_ actions: [GapLedger.Action]) -> [String] {
        func seconds(_ time: Timestamp?) -> String { time.map { "\($0.seconds(since: at(0)))" } ?? "" }
        return actions.map { action in
            switch action {
            case .keep(let gap): "keep \(seconds(gap.start))-\(seconds(gap.end)) \(gap.cause) r\(gap.revision)"
            case .forget: "forget"
            case .tell(let draft): "tell \(seconds(draft.ts))-\(seconds(draft.endTS)) r\(draft.rev)"
            }
        }
    }

    @Test("What follows without a hole is not told of, at any rate of pictures that cameras have")
    func steady() {
        var ledger = ledger()
        for index in 0..<100 {
            #expect(ledger.recorded(from: at(Double(index)), to: at(Double(index) + 0.1)).isEmpty)
            #expect(ledger.tick(at: at(Double(index))).isEmpty)
        }
    }

    @Test("Pictures that stayed away are a hole from the last to the next one")
    func silent() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(5))
        #expect(text(ledger.recorded(from: at(8), to: at(9))) == ["keep 5.0-8.0 camera r1", "tell 5.0-8.0 r1"])
        #expect(ledger.recorded(from: at(9), to: at(10)).isEmpty)
    }

    @Test("A cut is noted at once, told of when it lasts, and again at its end")
    func cut() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(5))
        #expect(text(ledger.interrupted(.network)) == ["keep 5.0- network r0"])
        #expect(ledger.interrupted(.camera).isEmpty, "the first cause counts")
        #expect(ledger.tick(at: at(14.9)).isEmpty)
        #expect(text(ledger.tick(at: at(15))) == ["keep 5.0- network r1", "tell 5.0- r1"])
        #expect(ledger.tick(at: at(100)).isEmpty, "once")
        #expect(text(ledger.recorded(from: at(120), to: at(121))) == ["keep 5.0-120.0 network r2", "tell 5.0-120.0 r2"])
        #expect(ledger.open == nil)
    }

    @Test("A cut that nothing was lost by is none, unless it was told of")
    func short() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(5))
        _ = ledger.interrupted(.camera)
        #expect(text(ledger.recorded(from: at(6), to: at(7))) == ["forget"])
        _ = ledger.interrupted(.camera)
        _ = ledger.tick(at: at(20))
        #expect(text(ledger.recorded(from: at(7.5), to: at(8))) == ["keep 7.0-7.5 camera r2", "tell 7.0-7.5 r2"])
    }

    @Test("The cause of a short cut is not taken for that of a later hole")
    func cause() {
        var ledger = ledger()
        _ = ledger.interrupted(.diskFull)
        _ = ledger.recorded(from: at(1), to: at(2))
        #expect(text(ledger.recorded(from: at(9), to: at(10))).first == "keep 2.0-9.0 camera r1")
    }

    @Test("What is not wanted any more ends its hole, and misses nothing")
    func unwanted() {
        var ledger = ledger()
        _ = ledger.interrupted(.network)
        #expect(text(ledger.end(at: at(30))) == ["keep 0.0-30.0 network r1", "tell 0.0-30.0 r1"])
        #expect(ledger.recorded(from: at(100), to: at(101)).isEmpty)
        #expect(ledger.interrupted(.network).isEmpty)
        ledger.begin(at: at(200))
        #expect(text(ledger.recorded(from: at(205), to: at(206))).first == "keep 200.0-205.0 camera r1")
    }

    @Test("The hole of a run before goes on until there is a picture")
    func restart() {
        let gap = RecordingGap(camera: "door", track: .main, start: at(-60), cause: .nodeDown)
        var ledger = ledger(open: gap)
        #expect(ledger.interrupted(.network).isEmpty)
        #expect(text(ledger.tick(at: at(1))) == ["keep -60.0- nodeDown r1", "tell -60.0- r1"])
        #expect(text(ledger.recorded(from: at(2), to: at(3))) == ["keep -60.0-2.0 nodeDown r2", "tell -60.0-2.0 r2"])
    }

    @Test("A clock that is set back makes no hole, and what is missing from then on is noted by it")
    func back() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(100))
        ledger.clockStepped()
        #expect(ledger.recorded(from: at(50), to: at(51)).isEmpty)
        _ = ledger.interrupted(.network)
        #expect(text(ledger.recorded(from: at(60), to: at(61))) == ["keep 51.0-60.0 network r1", "tell 51.0-60.0 r1"])
    }

    @Test("A clock that is set ahead leaves times that never were, which is noted and no news")
    func ahead() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(100))
        ledger.clockStepped()
        #expect(text(ledger.recorded(from: at(3700), to: at(3701))) == ["keep 100.0-3700.0 clock r0"])
        #expect(text(ledger.recorded(from: at(3710), to: at(3711))).first == "keep 3701.0-3710.0 camera r1")
    }

    @Test("A clock that is set back and ahead again leaves only the times that have no pictures at all")
    func backAndAhead() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(100))
        ledger.clockStepped()
        _ = ledger.recorded(from: at(-5000), to: at(-4000))
        ledger.clockStepped()
        #expect(ledger.recorded(from: at(50), to: at(60)).isEmpty)
        ledger.clockStepped()
        #expect(text(ledger.recorded(from: at(110), to: at(120))) == ["keep 100.0-110.0 clock r0"])
    }

    @Test("A hole during which the clock was set back is told of with no length, which nobody knows")
    func backInHole() {
        var ledger = ledger()
        _ = ledger.recorded(from: at(0), to: at(100))
        _ = ledger.interrupted(.nodeDown)
        ledger.clockStepped()
        #expect(text(ledger.recorded(from: at(40), to: at(41))) == ["keep 100.0-100.0 nodeDown r1", "tell 100.0-100.0 r1"])
        #expect(text(ledger.recorded(from: at(50), to: at(51))).first == "keep 41.0-50.0 camera r1")
    }
}
