import Base
import Media
import MediaTypes
import Testing
import Vision

@testable import EdgeNode

@Suite("What a camera has in sight")
struct CameraSightTests {
    private struct Seen {
        var label: String
        var box: Box
        var score = 0.8
    }

    private func person(_ x: Double, _ y: Double = 0.4) -> Seen { Seen(label: "person", box: Box(x: x, y: y, width: 0.05, height: 0.2)) }

    /// One look: at all of the picture where anything is to be looked at.
    private func look(
        _ sight: inout CameraSight, at seconds: Double, _ seen: [Seen], moves: Bool = true, episode: UInt64? = nil, since: Double = 0
    ) throws -> [ObjectChange] {
        let look = try TestLooks.look(at: seconds, motion: moves ? seen.map(\.box) : nil, episode: episode, since: since)
        guard !sight.plan(for: look).parts.isEmpty else { return [] }
        let whole = [PixelRectangle(x: 0, y: 0, width: look.picture.width, height: look.picture.height)]
        return sight.take(seen.map { Detection(label: $0.label, score: $0.score, box: $0.box) }, parts: whole, in: look).changes
    }

    @Test("Someone who walks through explains the motion; who comes along has an event of their own; both end when last seen")
    func explains() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        for step in 0..<40 {
            let way = 0.015 * Double(step)
            let seen =
                [person(0.1 + way)] + (step >= 10 ? [Seen(label: "dog", box: Box(x: 0.05 + way, y: 0.6, width: 0.06, height: 0.06))] : [])
            changes += try look(&sight, at: Double(step) * 0.2, seen, episode: 1)
        }
        for step in 40..<60 { changes += try look(&sight, at: Double(step) * 0.2, [], moves: false) }
        changes += sight.finish().changes
        let (people, dogs) = (changes.filter { $0.type == "person" }, changes.filter { $0.type == "pet" })
        #expect(people.allSatisfy { $0.event == TestLooks.event(1) && $0.explainsMotion && $0.startTimestamp == TestLooks.start })
        #expect(Set(dogs.map(\.event)).count == 1 && dogs.allSatisfy { $0.event != TestLooks.event(1) && !$0.explainsMotion })
        #expect(dogs.allSatisfy { $0.start == MediaTime(seconds: 2) })
        for own in [people, dogs] {
            #expect(own.first?.phase == .started && own.last?.phase == .ended && own.filter { $0.phase == .ended }.count == 1)
            #expect(own.last?.end == MediaTime(seconds: 7.8))
        }
        #expect(changes.count == people.count + dogs.count)
    }

    @Test("Nobody looks where nothing moves and nothing is followed")
    func idle() throws {
        var sight = CameraSight()
        // The first look is at everything: somebody may be there already.
        #expect(sight.plan(for: try TestLooks.look(at: 0)).parts.count == 1)
        #expect(sight.plan(for: try TestLooks.look(at: 0)).parts.isEmpty)
        #expect(!sight.plan(for: try TestLooks.look(at: 0, motion: [Box(x: 0.4, y: 0.4, width: 0.1, height: 0.1)])).parts.isEmpty)
        for step in 0..<5 { _ = try look(&sight, at: Double(step) * 0.2, [person(0.3)]) }
        // What stands is looked at again, the longer it stands the less often.
        var looks = 0
        for step in 0..<300 {
            let time = 1 + Double(step) * 2
            if !sight.plan(for: try TestLooks.look(at: time)).parts.isEmpty { looks += 1 }
            _ = try look(&sight, at: time, [person(0.3)], moves: false)
        }
        #expect((20...60).contains(looks))
    }

    @Test("Someone who comes, sits still for ten minutes and goes is one event")
    func sits() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        for step in 0..<20 { changes += try look(&sight, at: Double(step) * 0.2, [person(0.1 + 0.01 * Double(step))], episode: 1) }
        for step in 0..<300 { changes += try look(&sight, at: 4 + Double(step) * 2, [person(0.29)], moves: false) }
        for step in 0..<20 { changes += try look(&sight, at: 604 + Double(step) * 0.2, [person(0.29 + 0.01 * Double(step))], episode: 2) }
        for step in 0..<20 { changes += try look(&sight, at: 608 + Double(step) * 0.2, [], moves: false) }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.event)) == [TestLooks.event(1)])
        #expect(changes.filter { $0.phase == .ended }.map(\.end) == [MediaTime(seconds: 607.8)])
    }

    @Test("A car that stands when it is first seen is nothing; one that comes and parks is one event, and another when it leaves")
    func parks() throws {
        func car(_ x: Double, _ y: Double) -> Seen { Seen(label: "car", box: Box(x: x, y: y, width: 0.2, height: 0.12)) }
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        var step = 0
        func go(_ steps: Int, _ place: (Double) -> Double, episode: UInt64) throws {
            let since = Double(step) * 0.2
            for index in 0..<steps {
                changes += try look(
                    &sight, at: Double(step) * 0.2, [car(0.7, 0.8), car(place(Double(index)), 0.3)], episode: episode, since: since)
                step += 1
            }
        }
        try go(30, { 0.01 * $0 }, episode: 1)
        // It stands for two minutes, and it rains.
        try go(600, { _ in 0.29 }, episode: 2)
        #expect(changes.filter { $0.phase == .ended }.map(\.event) == [TestLooks.event(1)])
        #expect(changes.last.map { $0.end.seconds < 8 } == true)
        try go(30, { 0.29 + 0.01 * $0 }, episode: 3)
        changes += sight.finish().changes
        #expect(changes.filter { $0.phase == .started }.map(\.event) == [TestLooks.event(1), TestLooks.event(3)])
        #expect(changes.allSatisfy { $0.type == "vehicle" })
    }

    @Test("Only who stands in a zone counts, and where it was is told in order; nobody in a mask does")
    func zones() throws {
        func square(_ left: Double, _ right: Double) -> Polygon {
            Polygon([.init(x: left, y: 0), .init(x: right, y: 0), .init(x: right, y: 1), .init(x: left, y: 1)])
        }
        var settings = SightSettings()
        settings.zones = [MotionZone(name: "gate", polygon: square(0.3, 0.5)), MotionZone(name: "door", polygon: square(0.5, 0.7))]
        settings.masks = [square(0.8, 1)]
        var sight = CameraSight(settings: settings)
        var changes: [ObjectChange] = []
        for step in 0..<30 {
            let way = 0.015 * Double(step)
            changes += try look(
                &sight, at: Double(step) * 0.2, [person(0.2 + way), person(0.05, 0.1), person(0.85, 0.2 + 0.01 * Double(step))])
        }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.track)).count == 1)
        #expect(changes.first.map { $0.zones == ["gate"] && $0.end > $0.start } == true)
        #expect(changes.last?.zones == ["gate", "door"])
    }

    @Test("An object's event has a picture early, and a better one at the end, both before those of its motion")
    func pictures() throws {
        var settings = SightSettings()
        settings.pictures = true
        var sight = CameraSight(settings: settings)
        var outcomes: [SightOutcome] = []
        for step in 0..<20 {
            // Nearer and nearer.
            let box = Box(x: 0.1 + 0.01 * Double(step), y: 0.3, width: 0.05 + 0.01 * Double(step), height: 0.2 + 0.02 * Double(step))
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [box], episode: 1)
            let parts = sight.plan(for: look).parts
            outcomes.append(sight.take([Detection(label: "person", score: 0.8, box: box)], parts: parts, in: look))
        }
        outcomes.append(sight.finish())
        #expect(outcomes.flatMap(\.shots).map(\.rank) == [3, 4])
        #expect(outcomes.flatMap(\.shots).allSatisfy { $0.event == TestLooks.event(1) })
        #expect(outcomes.last?.shots.count == 1)
    }

    @Test("A car that has stood for an hour and drives off begins when it does, and does not take a motion that began long before")
    func drivesOff() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        func car(_ x: Double) -> Seen { Seen(label: "car", box: Box(x: x, y: 0.3, width: 0.2, height: 0.12)) }
        for step in 0..<1800 { changes += try look(&sight, at: Double(step) * 2, [car(0.1)], moves: false) }
        #expect(changes.isEmpty)
        for step in 0..<30 { changes += try look(&sight, at: 3600 + Double(step) * 0.2, [car(0.1 + 0.01 * Double(step))], episode: 7) }
        let start = try #require(changes.first)
        #expect(
            start.phase == .started && start.event != TestLooks.event(7) && start.startTimestamp > TestLooks.start.advanced(bySeconds: 3599)
        )
    }

    @Test("Nobody in a mask counts, without zones too")
    func masks() throws {
        var settings = SightSettings()
        settings.masks = [Polygon([.init(x: 0.5, y: 0), .init(x: 1, y: 0), .init(x: 1, y: 1), .init(x: 0.5, y: 1)])]
        var sight = CameraSight(settings: settings)
        var changes: [ObjectChange] = []
        for step in 0..<20 {
            changes += try look(&sight, at: Double(step) * 0.2, [person(0.6 + 0.01 * Double(step)), person(0.1 + 0.01 * Double(step))])
        }
        #expect(Set(changes.map(\.track)).count == 1 && changes.allSatisfy { $0.box.x < 0.5 })
    }
}
