import Base
import Foundation
import TestSupport
import Testing

@testable import EdgeNode

/// Cuts the power of a recorder in hundreds of places, and looks at what is left. A killed process proves nothing about that: what it wrote lives on
/// in the system's memory.
@Suite(.serialized) struct PowerCutTests {
    /// Logs are made once a process: they do not change.
    static let watched = PowerCutWatched()

    @Test("What counted before a power cut is there after it, and at most a second is lost", .timeLimit(.minutes(10)))
    func powerCuts() async throws {
        let log = try await Self.watched.whole()
        let cut = try PowerCutReplay(log)
        let places = Self.places(log, atLeast: 300)
        var dice = SeededGenerator(seed: 1)
        for place in places {
            let other = [PowerCutModel.Fate.dice, .dice, .dataGone, .namesGone, .allKept].randomElement(using: &dice) ?? .dice
            for fate in [PowerCutModel.Fate.allGone, other] {
                let faults = try cut.faults(at: place, fate, &dice)
                #expect(faults == [], "after operation \(place) of \(log.operations.count), \(fate)")
            }
        }
    }

    /// In front of and behind every sync but those of fragments, of which there are most; of these, and of what is between, some.
    private static func places(_ log: PowerCutLog, atLeast count: Int) -> [Int] {
        let kinds = PowerCutSync.kinds(log)
        let syncs = log.operations.indices.filter { log.operations[$0].isSync }
        let rare = syncs.filter { ![.chunks, .record].contains(kinds[$0]) }
        var places = Set(rare.flatMap { [$0, $0 + 1] })
        var dice = SeededGenerator(seed: 2)
        while places.count < count {
            places.insert(syncs.randomElement(using: &dice).map { $0 + Int.random(in: 0...1, using: &dice) } ?? 0)
            places.insert(Int.random(in: 0...log.operations.count, using: &dice))
        }
        return places.sorted()
    }
}
