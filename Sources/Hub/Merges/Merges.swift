import Base
import Protocol

/// Makes one of two individuals, and two of one.
struct Merges: Sendable {
    let store: any MergeStore
    let identities: Identities
    let clock: any WallClock

    // Not inlined into routes, and without typed errors: Swift 6.3.1 fails with -O where it splits a coroutine that has an inlined call with a typed
    // error, the answer of which decides whether another error is thrown.

    /// Everything of the other is the individual's from now on.
    /// - Throws: `RecognitionError`, `StoreError`: then nothing was changed.
    @inline(never)
    func merge(_ other: EventID, into individual: EventID, by account: String) async throws {
        guard other != individual else { throw RecognitionError(.sameIndividual) }
        switch try await store.merge(other, into: individual, by: account, at: clock.now) {
        case .unknownIndividual: throw RecognitionError(.unknownIndividual)
        case .wrongKind: throw RecognitionError(.differentKinds)
        case .done: identities.noteChange()
        }
    }

    /// - Returns: Whether there was such a merge.
    @inline(never)
    func split(_ merge: EventID, from individual: EventID) async throws -> Bool {
        guard try await store.split(merge, from: individual) else { return false }
        identities.noteChange()
        return true
    }

    /// The latest first, without those of merges.
    @inline(never)
    func merges(of individual: EventID) async throws -> [Merge] { try await store.merges(of: individual).filter { $0.into == individual } }
}
