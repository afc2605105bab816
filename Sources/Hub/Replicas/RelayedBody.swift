import NIOCore
private import Synchronization

/// A request's body while it is passed on. The HTTP client reads it in a task of its own, which may still wait for the next piece when the
/// answer has come; the web server reads on after its answer, and of two who wait for one piece the process would die. So the reading can be
/// ended, and waited for.
final class RelayedBody<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    typealias Element = ByteBuffer

    /// Nothing more is read.
    struct Ended: Error {}

    private struct State {
        var hasBegun = false
        var isReading = false
        var isOver = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let base: Base
    private let state = Mutex(State())

    init(_ base: Base) { self.base = base }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let body: RelayedBody
        fileprivate var base: Base.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            try body.begin()
            defer { body.finish() }
            return try await base.next(isolation: #isolation)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self, base: base.makeAsyncIterator()) }

    /// Whether anything was asked of it.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Ends the reading. Nobody waits for a piece any more when this returns, which it does when the piece that is waited for comes, or the
    /// connection ends. To be called once.
    func end() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isOver = true
                if state.isReading { state.waiting = continuation }
                return !state.isReading
            }
            if isIdle { continuation.resume() }
        }
    }

    private func begin() throws {
        try state.withLock { state in
            guard !state.isOver else { throw Ended() }
            state.hasBegun = true
            state.isReading = true
        }
    }

    private func finish() {
        let waiting = state.withLock { state in
            state.isReading = false
            return (state.waiting, state.waiting = nil).0
        }
        waiting?.resume()
    }
}
