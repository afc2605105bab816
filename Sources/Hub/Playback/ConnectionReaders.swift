import NIOCore
private import Synchronization

/// Which reader the request of a connection has, so that it ends with the connection, also while it waits for a node and writes nothing.
///
/// A connection has one request at a time, and many one after the other: what is remembered of them does not grow.
final class ConnectionReaders: Sendable {
    /// A connection that was told of, and its reader while there is one.
    private let readers = Mutex<[ObjectIdentifier: SpanReader?]>([:])

    /// A request begins to read; ended by `end`.
    func begin(_ reader: SpanReader, on channel: any Channel) {
        let key = ObjectIdentifier(channel)
        let isFirst = readers.withLock { $0.updateValue(reader, forKey: key) == nil }
        guard isFirst else { return }
        channel.closeFuture.whenComplete { _ in
            guard let reader = self.readers.withLock({ $0.removeValue(forKey: key) ?? nil }) else { return }
            Task { await reader.close() }
        }
    }

    /// The request has read all that it wanted.
    func end(on channel: any Channel) {
        let key = ObjectIdentifier(channel)
        readers.withLock { if $0[key] != nil { $0.updateValue(nil, forKey: key) } }
    }
}
