import Testing

@testable import EdgeNode

@Suite("CameraLink")
struct CameraLinkTests {
    private func wait(_ action: CameraLink.Action) -> Double? {
        if case .wait(let seconds, _) = action { seconds } else { nil }
    }

    @Test("Being online and offline is reported once each")
    func reports() {
        var link = CameraLink(shortestWait: 1, longestWait: 30, steadyAfter: 10)
        guard case .wait(_, true) = link.take(.failed, uptime: 0) else { return #expect(Bool(false), "the first failure is reported") }
        guard case .wait(_, false) = link.take(.failed, uptime: 1) else { return #expect(Bool(false), "the second is not") }
        #expect(link.take(.packet, uptime: 2) == .reportOnline)
        #expect(link.take(.packet, uptime: 3) == .none)
        guard case .wait(_, true) = link.take(.failed, uptime: 4) else { return #expect(Bool(false), "going offline is reported") }
    }

    @Test("Waits grow to the longest, and start small again only after a connection that held")
    func waits() throws {
        var link = CameraLink(shortestWait: 1, longestWait: 30, steadyAfter: 10)
        for _ in 0..<10 { _ = link.take(.failed, uptime: 0) }
        #expect(try #require(wait(link.take(.failed, uptime: 0))) >= 15)
        _ = link.take(.packet, uptime: 100)
        #expect(try #require(wait(link.take(.failed, uptime: 105))) >= 15)
        _ = link.take(.packet, uptime: 200)
        #expect(try #require(wait(link.take(.failed, uptime: 211))) <= 1)
    }
}
