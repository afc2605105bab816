import Foundation
import Synchronization

/// Finds ports for the servers that tests start.
package enum FreePort {
    /// No port could be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A TCP port on 127.0.0.1 that nothing listened on a moment ago, and that this process has not handed out before.
    ///
    /// It lies below the range from which the kernel takes the ports of outgoing connections, which could take it away before the server
    /// that it is meant for listens.
    /// - Throws: `Failure`.
    package static func find() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 12_000..<32_000)
            if handedOut.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
        }
        throw Failure(description: "no free port between 12000 and 32000")
    }

    private static let handedOut = Mutex<Set<Int>>([])

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = INADDR_ANY
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
