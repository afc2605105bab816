private import Synchronization

/// What of the hub works, part by part, for `/readyz` and for the page's notice. Every part reports for itself.
package final class Readiness: Sendable {
    /// The parts that a hub is made of, in the order in which they are shown.
    package enum Part: String, Sendable, CaseIterable { case store, broker, bridge, sequencer, rights }

    /// Who notes something, each for itself, in the order in which that is shown.
    package enum Observer: Sendable, CaseIterable { case plugin, probe, sequencer }

    private let problems: Mutex<[Part: String]>
    private let notes = Mutex<[Part: [Observer: String]]>([:])

    /// - Parameter expected: Parts that count as not ready until they have reported for the first time.
    package init(expecting expected: [Part] = []) {
        problems = Mutex(Dictionary(expected.map { ($0, "starting") }, uniquingKeysWith: { first, _ in first }))
    }

    /// The part works.
    package func ok(_ part: Part) {
        problems.withLock { $0[part] = nil }
    }

    /// The part does not work.
    /// - Parameter message: What is wrong, for a person; no secret in it.
    package func problem(_ part: Part, _ message: String) {
        problems.withLock { $0[part] = message }
    }

    /// Something about a part that an administrator should see, though the hub works; nil takes it back.
    /// - Parameter message: For a person; no secret in it.
    package func note(_ part: Part, _ message: String?, by observer: Observer) {
        notes.withLock { $0[part, default: [:]][observer] = message }
    }

    /// What is wrong with a part; nil while it works.
    package func message(_ part: Part) -> String? {
        problems.withLock { $0[part] }
    }

    /// Whether every part works.
    package var isReady: Bool { problems.withLock { $0.isEmpty } }

    /// Every part with `ok`, what is wrong with it, or what is noted about it, in their fixed order.
    package var details: [(part: Part, state: String)] {
        let notes = notes.withLock { notes in
            notes.compactMapValues { noted in
                let messages = Observer.allCases.compactMap { noted[$0] }
                return messages.isEmpty ? nil : messages.joined(separator: " ")
            }
        }
        return problems.withLock { problems in Part.allCases.map { ($0, problems[$0] ?? notes[$0] ?? "ok") } }
    }
}
