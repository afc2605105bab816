import Foundation
import Hub

import Media
import Sight
import TestSupport
import Testing
import Vision

@testable import EdgeNode

/// How well pets of the test data are told apart, with the real model and the node's own way to it. `docs/reference/benchmarks.md` has the protocol
/// and what came of it.
@Suite(.serialized) struct PetAccuracyTests {
    private static let data = URL(filePath: FileManager.default.currentDirectoryPath)
        .appendingPathComponent("../shared/testdata").standardized.path

    private static let rounds = 10

    private struct Picture {
        var pet: String
        /// Pictures cut out of one photograph are never on both sides.
        var photograph: String
        var embedding: Embedding
    }

    /// SplitMix64 (Steele, Lea and Flood 2014): the same draws in every run.
    private struct Draws: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func pictures(_ kind: String) async throws -> [Picture] {
        let animals = try #require(try await NodeModels.perception(folder: "\(Self.data)/models").animals)
        let folder = "\(Self.data)/images/pets/\(kind)"
        var pictures: [Picture] = []
        var cost = LookCost()
        // Dogs have a folder each; a cat's files begin with its number.
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jpg") }.sorted()
        for path in paths {
            let picture = try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))))
            let whole = Box(x: 0, y: 0, width: 1, height: 1)
            let embedding = try #require(try await animals.embedding(in: picture, box: whole, cost: &cost))
            let parts = path.split(separator: "/")
            let name = String(parts.last ?? "")
            let words = name.split(separator: "_")
            pictures.append(
                Picture(
                    pet: String(parts.count > 1 ? parts[0] : words[0]),
                    photograph: words[0] == "img" && words.count > 1 ? "img_\(words[1])" : name, embedding: embedding))
        }
        return pictures
    }

    private func likeness(_ one: Embedding, _ other: Embedding) -> Double { one.likeness(to: other) ?? -1 }

    /// Share of the pictures of pets with two photographs or more that are nearest to another photograph of the same pet.
    private func byRank(_ pictures: [Picture]) -> Double {
        var (right, all) = (0, 0)
        for one in pictures where pictures.contains(where: { $0.pet == one.pet && $0.photograph != one.photograph }) {
            let others = pictures.filter { $0.photograph != one.photograph }
            let best = others.max { likeness($0.embedding, one.embedding) < likeness($1.embedding, one.embedding) }
            all += 1
            if best?.pet == one.pet { right += 1 }
        }
        return Double(right) / Double(max(1, all))
    }

    /// Three pets of a household are known by five photographs each; tracks of up to three other pictures are compared.
    /// - Returns: The greatest likeness of each track to the gallery: of their own that were nearest to the right one (else -1), and of strangers.
    private func household(_ pictures: [Picture], rounds: Int, seed: UInt64) -> (own: [Double], strange: [Double]) {
        var draws = Draws(state: seed)
        let pets = Dictionary(grouping: pictures, by: \.pet)
        let eligible = pets.filter { Set($0.value.map(\.photograph)).count >= 7 }.keys.sorted()
        var (own, strange): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            let household = eligible.shuffled(using: &draws).prefix(3)
            var gallery: [Picture] = []
            for pet in household {
                let photographs = Set((pets[pet] ?? []).map(\.photograph)).sorted().shuffled(using: &draws).prefix(5)
                gallery += photographs.compactMap { photograph in (pets[pet] ?? []).first { $0.photograph == photograph } }
            }
            let used = Set(gallery.map(\.photograph))
            for pet in pets.keys.sorted() {
                let rest = (pets[pet] ?? []).filter { !used.contains($0.photograph) }.shuffled(using: &draws)
                for start in stride(from: 0, to: rest.count - rest.count % 3, by: 3) {
                    guard let track = Embedding.middle(rest[start..<(start + 3)].map(\.embedding)),
                        let best = gallery.max(by: { likeness($0.embedding, track) < likeness($1.embedding, track) })
                    else { continue }
                    let score = likeness(best.embedding, track)
                    if household.contains(pet) { own.append(best.pet == pet ? score : -1) } else { strange.append(score) }
                }
            }
        }
        return (own, strange)
    }

    private func share(_ scores: [Double], above threshold: Double) -> Double {
        Double(scores.filter { $0 >= threshold }.count) / Double(max(1, scores.count))
    }

    @Test("Dogs and cats by their nearest picture, and a household's dogs among strange ones")
    func pets() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so the accuracy of pets is not measured")
            return
        }
        let (dogs, cats) = (try await pictures("dogs"), try await pictures("cats"))
        let (dogRank, catRank) = (byRank(dogs), byRank(cats))
        print("pets: dogs \(dogs.count) pictures, by rank \(dogRank); cats \(cats.count), \(catRank)")
        // A threshold that comes of other dogs than those that are measured, and the hub's own.
        let calibration = try #require(RecognitionModels.calibration(of: "mobilenet-v2-224"))
        let names = Set(dogs.map(\.pet)).sorted()
        var (own, strange): ([Double], [Double]) = ([], [])
        for side in [0, 1] {
            let calibrating = Set(names.enumerated().filter { $0.offset % 2 == side }.map(\.element))
            let learned = household(dogs.filter { calibrating.contains($0.pet) }, rounds: Self.rounds, seed: 1)
            let threshold = learned.strange.sorted(by: >)[learned.strange.count / 50]
            let measured = household(dogs.filter { !calibrating.contains($0.pet) }, rounds: Self.rounds, seed: 2)
            print(
                "pets: at \(threshold), 2 % of the other dogs: \(share(measured.own, above: threshold)) of a household's own named, "
                    + "\(share(measured.strange, above: threshold)) of strange ones")
            own += measured.own
            strange += measured.strange
        }
        let known = (own: share(own, above: calibration.thresholds.known), strange: share(strange, above: calibration.thresholds.known))
        let probable = share(own, above: calibration.thresholds.probable) - known.own
        print("pets: \(known.own) of a household's own named, \(probable) more probably, \(known.strange) of strange ones named")
        // The reference: .89 and .49 by rank.
        #expect(dogRank >= 0.885)
        #expect(catRank >= 0.49)
        // The goal is .8 of one's own, with at most .05 of strange ones.
        #expect(known.own >= 0.78)
        #expect(known.strange <= 0.05)
    }
}
