import Foundation
import TestSupport
import Testing

@testable import EdgeNode

extension PowerCutTests {
    @Suite struct PowerCutKillTests {
        @Test("After a killed process and another one, a power cut takes nothing that counted", .timeLimit(.minutes(10)))
        func killed() async throws {
            var dice = SeededGenerator(seed: 4)
            for log in try await PowerCutTests.watched.killed() {
                let start = try #require(log.operations.lastIndex { $0.kind == .start })
                let replay = try PowerCutReplay(log)
                let syncs = log.operations.indices.filter { $0 > start && log.operations[$0].isSync }
                let places = Set(syncs.prefix(40) + syncs.enumerated().filter { $0.offset % 8 == 0 }.map(\.element)).flatMap {
                    [$0, $0 + 1]
                }
                for place in Set(places + [start]).sorted() {
                    let fate = [PowerCutModel.Fate.allGone, .dice, .allKept].randomElement(using: &dice) ?? .dice
                    let faults = try replay.faults(at: place, fate, &dice)
                    #expect(faults == [], "after operation \(place) of \(log.operations.count), the kill before \(start), \(fate)")
                }
            }
        }

        @Test("No place of a segment is written twice, a marked one never again, and no picture lies open where encryption is on")
        func writes() async throws {
            for log in try await [PowerCutTests.watched.whole()] + PowerCutTests.watched.killed() {
                var ends: [String: Int] = [:]
                var marked: Set<String> = []
                var plain = 0
                for operation in log.operations where operation.kind == .write {
                    let stem = operation.path.split(separator: ".").first.map(String.init) ?? ""
                    if operation.path.hasSuffix(".vge") || operation.path.hasSuffix(".mp4") {
                        #expect(operation.place == ends[operation.path] ?? 0, "\(operation.path)")
                        #expect(!marked.contains(stem))
                        ends[operation.path] = operation.place + operation.data.count
                    }
                    if operation.path.hasSuffix(".idx"), PowerCutSync.records(operation.data).contains(4) { marked.insert(stem) }
                    let isOpen = operation.data.firstRange(of: PowerCutCamera.canary) != nil
                    if operation.path.hasSuffix(".mp4") { plain += isOpen ? 1 : 0 } else { #expect(!isOpen, "\(operation.path)") }
                }
                #expect(plain > 0)
            }
        }
    }
}
