private import Foundation
private import NIOCore
package import Settings

/// Names and addresses by which this hub is reached: its certificate carries them, and joining nodes are told them.
package struct HubNames: Sendable, Equatable {
    /// For the certificate: all of them, those of this machine itself included.
    package let all: [String]
    /// For nodes, the best first; this machine's own only where there are no others.
    package let announced: [String]

    private static let own = ["localhost", "127.0.0.1", "::1"]

    /// - Parameter configured: The key `names`; empty for the host's name and the addresses of its network devices.
    package init(configured: [String]) {
        let found = configured.isEmpty ? Self.ofThisMachine() : configured
        var seen: Set<String> = []
        let others = found.filter { !Self.own.contains($0) && seen.insert($0).inserted }
        announced = others.isEmpty ? ["127.0.0.1"] : others
        all = others + Self.own
    }

    /// Where whoever runs this hub is reached, for services that want to know: a name that is known elsewhere where there is one.
    package var contact: String {
        let known = announced.first { $0.contains(".") && !$0.hasSuffix(".local") && NetworkAddress($0) == nil }
        let host = known ?? announced.first ?? "localhost"
        return "https://\(host.contains(":") ? "[\(host)]" : host)"
    }

    /// How nodes reach a listener: by the announced names, or, where it is open to this machine alone, by its own address and whatever other
    /// loopback addresses were configured, at which further replicas listen.
    package func reaching(_ listener: HostAndPort, port: Int) -> [HostAndPort] {
        guard listener.isLoopback else { return announced.map { HostAndPort(host: $0, port: port) } }
        let others = all.filter { !Self.own.contains($0) && $0 != listener.host }.map { HostAndPort(host: $0, port: port) }
        return [HostAndPort(host: listener.host, port: port)] + others.filter(\.isLoopback)
    }

    /// Addresses first: a name of this host need not be known elsewhere.
    private static func ofThisMachine() -> [String] {
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.compactMap { $0.address?.ipAddress }.filter { address in
            !address.hasPrefix("127.") && address != "::1" && !address.hasPrefix("fe80:") && !address.contains("%")
        }
        let name = ProcessInfo.processInfo.hostName.lowercased()
        return addresses + (name.utf8.count <= 253 && HostAndPort(name, standardPort: 1) != nil ? [name] : [])
    }
}
