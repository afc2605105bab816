package import NIOCore
private import Synchronization

/// Connections of the web server that came with a node's certificate, so that they end when it is revoked.
package final class NodeConnections: Sendable {
    private let open = Mutex<[String: [ObjectIdentifier: any Channel]]>([:])

    package init() {}

    /// Notes a connection until it closes.
    /// - Parameter serial: Of the certificate.
    package func note(_ channel: any Channel, serial: String) {
        let isNew = open.withLock { $0[serial, default: [:]].updateValue(channel, forKey: ObjectIdentifier(channel)) == nil }
        guard isNew else { return }
        channel.closeFuture.whenComplete { [weak self] _ in self?.forget(ObjectIdentifier(channel), serial) }
    }

    /// Ends every connection with one of these certificates.
    package func end(serials: Set<String>) {
        let ended = open.withLock { open in open.filter { serials.contains($0.key) }.flatMap { $0.value.values } }
        for channel in ended { channel.close(promise: nil) }
    }

    /// Connections that are open.
    package var count: Int { open.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    private func forget(_ channel: ObjectIdentifier, _ serial: String) {
        open.withLock { open in
            open[serial]?[channel] = nil
            if open[serial]?.isEmpty == true { open[serial] = nil }
        }
    }
}
