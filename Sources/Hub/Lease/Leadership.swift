import Base

/// The lease's side of a part that one replica at a time does: taking it, and keeping it while the work goes on.
///
/// What the work writes is fenced by the lease's row; the term only tells when to stop trying.
struct Leadership: Sendable {
    let name: String
    let holder: String
    let store: any EventStore
    let clock: any WallClock

    /// Seconds of a lease and of its renewal: another replica takes over within 3 s.
    static let seconds = 2.0
    private static let renewal = 0.5

    /// Takes the lease if it is free; nil while another replica holds it.
    func acquire() async throws(StoreError) -> LeaseTerm? {
        let asked = clock.uptime
        guard let lease = try await store.acquireLease(name, holder: holder, seconds: Self.seconds) else { return nil }
        return LeaseTerm(lease: lease, expires: asked + Self.seconds)
    }

    /// Renews until the lease is lost or the task cancelled.
    func renew(_ term: LeaseTerm) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(Self.renewal))
                let asked = clock.uptime
                guard try await store.renewLease(term.lease, seconds: Self.seconds) else { return }
                term.extend(to: asked + Self.seconds)
            } catch {
                // The store is away: the lease runs out by itself, and until then its holder cannot write either.
                if clock.uptime >= term.expires { return }
            }
        }
    }

    /// Works while the lease is kept, and until the work is done or the task cancelled.
    func lead(_ term: LeaseTerm, _ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renew(term) }
            group.addTask { await work() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Gives the lease back, as far as the store answers: otherwise it runs out.
    func release(_ term: LeaseTerm) async {
        try? await store.releaseLease(term.lease)
    }
}
