import Foundation
import TestSupport

/// Accepts connections on loopback and says the same bytes to every one of them.
final class CannedServer: Sendable {
    let port: Int
    private let listener: Int32

    init(answer: [UInt8]) throws {
        guard let (descriptor, port) = LoopbackSocket.listen() else { throw POSIXError(.EADDRINUSE) }
        self.port = port
        listener = descriptor
        let thread = Thread {
            var open: [Int32] = []
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { break }
                open.append(client)
                _ = answer.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            for client in open + [descriptor] { close(client) }
        }
        thread.start()
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
