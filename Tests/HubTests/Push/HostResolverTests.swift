import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Names that the system is slow to find.
@Suite struct HostResolverTests {
    private final class System: Sendable {
        let asked = Mutex<[String]>([])
        let gate = DispatchSemaphore(value: 0)

        func addresses(of name: String) -> [String] {
            asked.withLock { $0.append(name) }
            if name == "slow.test" { gate.wait() }
            return ["192.0.2.1"]
        }
    }

    @Test func `Nobody waits for a slow name for ever, and what nobody waits for is not looked up`() async throws {
        let system = System()
        let resolver = HostResolver(patience: .milliseconds(50)) { system.addresses(of: $0) }
        try await eventually("the thread to be held up") {
            let found = await resolver.addresses(of: "slow.test")
            #expect(found.isEmpty)
            return system.asked.withLock { $0 } == ["slow.test"]
        }
        let late = await resolver.addresses(of: "late.test")
        #expect(late.isEmpty)
        system.gate.signal()
        try await eventually("another name to be found") { await resolver.addresses(of: "next.test") == ["192.0.2.1"] }
        let asked = system.asked.withLock { $0 }
        #expect(asked.filter { $0 != "next.test" } == ["slow.test"])
    }
}
